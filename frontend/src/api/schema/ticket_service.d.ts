// Generated from docs/openapi/ticket_service.yaml by `npm run generate-api`. Do not edit.

export interface components {
    schemas: {
        AttachmentOut: {
            readonly id: number;
            file_name: string;
            content_type: string;
            /** Format: int64 */
            size: number;
            readonly url: string;
            /** Format: date-time */
            removed_at?: string | null;
            removed_after_days?: number | null;
        };
        /** @description A file of a comment; the messaging service keeps it. */
        AttachmentRefOut: {
            id: number;
            file_name: string;
            content_type: string;
            size: number;
            /** @description Relative to this service. */
            url: string;
        };
        CommentOut: {
            readonly id: number;
            origin: components["schemas"]["StatusOrigin"];
            readonly author: components["schemas"]["PersonOut"];
            text?: string;
            readonly parent_id: number | null;
            readonly attachments: components["schemas"]["AttachmentRefOut"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            edited_at?: string | null;
            /** Format: date-time */
            deleted_at?: string | null;
        };
        Employee: {
            /** Format: int64 */
            id?: number | null;
            name?: string;
            email?: string;
            company_id?: string;
            department?: string;
        };
        /** @description The same, of a change. */
        EmployeeChangeRequest: {
            /** Format: int64 */
            id?: number | null;
            name?: string;
            email?: string;
            company_id?: string;
            department?: string;
        };
        EmployeeRequest: {
            /** Format: int64 */
            id?: number | null;
            name?: string;
            email?: string;
            company_id?: string;
            department?: string;
        };
        KindOut: {
            /** @description In small letters, without the dot. */
            extension: string;
            content_type: string;
            /** @description Browsers may show it; everything else is a download. */
            is_shown: boolean;
        };
        KindsOut: {
            kinds: components["schemas"]["KindOut"][];
            /** @description Of one file. */
            max_bytes: number;
            /** @description Of one ticket or one comment. */
            max_files: number;
        };
        PaginatedCommentOutList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["CommentOut"][];
        };
        PaginatedStatusChangeOutList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["StatusChangeOut"][];
        };
        PaginatedTicketOutList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["TicketOut"][];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedReplyChangeInRequest: {
            text?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedTicketChangeInRequest: {
            subject?: string;
            category?: string;
            sub_category?: string;
            department?: string;
            description?: string;
            priority?: components["schemas"]["TicketPriority"];
            employee?: components["schemas"]["EmployeeChangeRequest"];
            asset_name?: string;
            serial_number?: string;
            location?: string;
            /** Format: date */
            expected_return_date?: string | null;
            /** Format: decimal */
            requested_budget?: string | null;
            /** @description A list of items. */
            cost_items?: unknown;
            /** Format: date */
            performance_start_date?: string | null;
            /** Format: date */
            performance_end_date?: string | null;
            /** @description Any further fields. */
            dynamic_data?: unknown;
            /** @description Files, in a multipart request. */
            attachments?: string[];
            /** @description The version seen; another one now is a conflict (409). */
            source_version?: number;
        };
        /** @description `data` holds the rows by kind, `counts` how many there are of each. */
        PersonDataOut: {
            counts: {
                [key: string]: number;
            };
            data: {
                [key: string]: {
                    [key: string]: unknown;
                }[];
            };
        };
        PersonOut: {
            user_id: number;
            full_name: string;
        };
        /** @description A person as `POST /privacy/person/` of the workflow API describes them. */
        PersonRefInRequest: {
            emails: string[];
            names: string[];
            requesters: components["schemas"]["RequesterIdInRequest"][];
            tickets: components["schemas"]["TicketRefInRequest"][];
        };
        /** @description Why the ticket is not done. */
        ReopenInRequest: {
            /** @default  */
            reason: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ReplyInRequest: {
            text: string;
            /**
             * Format: int64
             * @description The entry that this one answers.
             */
            parent_id?: number | null;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RequesterIdInRequest: {
            source_service: string;
            id: string;
        };
        RetentionAmountOut: {
            rows: number;
            /** @description About; null where they are not counted. */
            bytes: number | null;
        };
        RetentionChangeOut: {
            readonly id: number;
            old_days?: number | null;
            new_days?: number | null;
            /** Format: date-time */
            at: string;
            /** Format: int64 */
            by_id: number;
            by_name: string;
        };
        RetentionKindDetailOut: {
            kind: string;
            /** @description Null: for ever. */
            days: number | null;
            version: number;
            /** @description The environment variable that says the days; empty: changed here. */
            setting: string;
            /** @description What is there now. */
            kept: components["schemas"]["RetentionAmountOut"];
            /** @description What a run would remove now. */
            due: components["schemas"]["RetentionAmountOut"];
            last_run: components["schemas"]["RetentionRunOut"] | null;
            /**
             * Format: date-time
             * @description Within an hour from then on; null: never.
             */
            next_run_at: string | null;
            runs: components["schemas"]["RetentionRunOut"][];
            changes: components["schemas"]["RetentionChangeOut"][];
        };
        RetentionKindOut: {
            kind: string;
            /** @description Null: for ever. */
            days: number | null;
            version: number;
            /** @description The environment variable that says the days; empty: changed here. */
            setting: string;
            /** @description What is there now. */
            kept: components["schemas"]["RetentionAmountOut"];
            /** @description What a run would remove now. */
            due: components["schemas"]["RetentionAmountOut"];
            last_run: components["schemas"]["RetentionRunOut"] | null;
            /**
             * Format: date-time
             * @description Within an hour from then on; null: never.
             */
            next_run_at: string | null;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RetentionRuleInRequest: {
            /** @description Null: for ever. */
            days: number | null;
            /** @description Of the rule that this change is made to. */
            version: number;
        };
        RetentionRunOut: {
            readonly id: number;
            days: number;
            /** Format: date-time */
            cutoff: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            finished_at?: string | null;
            removed?: number;
            /** Format: int64 */
            removed_bytes?: number;
            failed?: number;
            is_complete?: boolean;
            /** Format: int64 */
            asked_by_id?: number | null;
            asked_by_name?: string;
        };
        StatusChangeOut: {
            readonly id: number;
            event_id: string;
            origin: components["schemas"]["StatusOrigin"];
            old_status?: string;
            new_status: components["schemas"]["TicketStatus"];
            detail?: string;
            is_applied?: boolean;
            readonly actor: components["schemas"]["PersonOut"] | null;
            /** Format: date-time */
            occurred_at: string;
            /** Format: date-time */
            recorded_at: string;
        };
        /**
         * @description * `workflow` - Workflow
         *     * `help_desk` - Help Desk
         * @enum {string}
         */
        StatusOrigin: "workflow" | "help_desk";
        /** @description Fields that are unknown or not for writing are refused by name. */
        TicketChangeInRequest: {
            subject: string;
            category: string;
            sub_category?: string;
            department: string;
            description?: string;
            priority?: components["schemas"]["TicketPriority"];
            employee?: components["schemas"]["EmployeeChangeRequest"];
            asset_name?: string;
            serial_number?: string;
            location?: string;
            /** Format: date */
            expected_return_date?: string | null;
            /** Format: decimal */
            requested_budget?: string | null;
            /** @description A list of items. */
            cost_items?: unknown;
            /** Format: date */
            performance_start_date?: string | null;
            /** Format: date */
            performance_end_date?: string | null;
            /** @description Any further fields. */
            dynamic_data?: unknown;
            /** @description Files, in a multipart request. */
            attachments?: string[];
            /** @description The version seen; another one now is a conflict (409). */
            source_version?: number;
        };
        TicketInRequest: {
            subject: string;
            category: string;
            sub_category?: string;
            department: string;
            description?: string;
            priority?: components["schemas"]["TicketPriority"];
            employee?: components["schemas"]["EmployeeRequest"];
            asset_name?: string;
            serial_number?: string;
            location?: string;
            /** Format: date */
            expected_return_date?: string | null;
            /** Format: decimal */
            requested_budget?: string | null;
            /** @description A list of items. */
            cost_items?: unknown;
            /** Format: date */
            performance_start_date?: string | null;
            /** Format: date */
            performance_end_date?: string | null;
            /** @description Any further fields. */
            dynamic_data?: unknown;
            /** @description Files, in a multipart request. */
            attachments?: string[];
        };
        TicketOut: {
            readonly id: number;
            ticket_number: string;
            subject: string;
            category: string;
            sub_category?: string;
            department: string;
            description?: string;
            priority?: components["schemas"]["TicketPriority"];
            status?: components["schemas"]["TicketStatus"];
            /** Format: date-time */
            status_at: string;
            status_detail?: string;
            source_service?: string;
            /** Format: int64 */
            source_version?: number;
            readonly employee: components["schemas"]["Employee"];
            asset_name?: string;
            serial_number?: string;
            location?: string;
            /** Format: date */
            expected_return_date?: string | null;
            /** Format: decimal */
            requested_budget?: string | null;
            cost_items?: unknown;
            /** Format: date */
            performance_start_date?: string | null;
            /** Format: date */
            performance_end_date?: string | null;
            dynamic_data?: unknown;
            readonly attachments: components["schemas"]["AttachmentOut"][];
            /** Format: date-time */
            submitted_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            withdrawn_at?: string | null;
        };
        /**
         * @description * `Low` - Low
         *     * `Medium` - Medium
         *     * `High` - High
         *     * `Urgent` - Urgent
         *     * `Critical` - Critical
         * @enum {string}
         */
        TicketPriority: "Low" | "Medium" | "High" | "Urgent" | "Critical";
        /** @description Fields that are unknown or not for writing are refused by name. */
        TicketRefInRequest: {
            ticket_number: string;
            source_service: string;
            source_number: string;
        };
        /**
         * @description * `new` - New
         *     * `received` - Received
         *     * `in_progress` - In Progress
         *     * `on_hold` - On Hold
         *     * `resolved` - Resolved
         *     * `rejected` - Rejected
         *     * `cancelled` - Cancelled
         *     * `withdrawn` - Withdrawn
         * @enum {string}
         */
        TicketStatus: "new" | "received" | "in_progress" | "on_hold" | "resolved" | "rejected" | "cancelled" | "withdrawn";
        /** @description Fields that are unknown or not for writing are refused by name. */
        WithdrawInRequest: {
            /** @default  */
            reason: string;
        };
        Error: {
            /** @enum {string} */
            type: "validation_error" | "client_error" | "server_error";
            errors: {
                code: string;
                detail: string;
                attr: string | null;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
