// Generated from docs/openapi/messaging.yaml by `npm run generate-api`. Do not edit.

export interface components {
    schemas: {
        AttachmentOut: {
            id: number;
            comment_id: number;
            file_name: string;
            content_type: string;
            size: number;
            url: string;
            /** @description Null for people without an account. */
            uploaded_by: components["schemas"]["PersonOut"] | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When the retention rule removed the file.
             */
            removed_at: string | null;
            removed_after_days: number | null;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        CannedReplyInRequest: {
            title: string;
            /** @description An unknown placeholder is refused by its name. */
            text: string;
            scope: components["schemas"]["ScopeEnum"];
            /**
             * Format: int64
             * @description Auth's id of the role; with the scope team only.
             */
            role_id?: number | null;
            is_active?: boolean;
        };
        CannedReplyOut: {
            id: number;
            title: string;
            /** @description With its placeholders, such as `{{ticket.number}}`, as written. */
            text: string;
            scope: components["schemas"]["ScopeEnum"];
            /** @description Auth's id of the role; with the scope team only. */
            role_id: number | null;
            /** @description False: it is offered to nobody. */
            is_active: boolean;
            /** @description Those of the text, each once. */
            placeholders: components["schemas"]["PlaceholdersEnum"][];
            author: components["schemas"]["PersonOut"];
            /** @description Send it back with a change. */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            updated_by: components["schemas"]["PersonOut"];
        };
        CommentInRequest: {
            /** @description May be empty where `uploads` are not. */
            text: string;
            client_id?: string | null;
            /** @description User ids. */
            mentions?: number[];
            /** @description Own uploads on this ticket, which become the comment's files: all of them, or it is refused. */
            uploads?: number[];
            /** @description Where it is not in the query. */
            ticket_id?: string;
            visibility?: components["schemas"]["VisibilityEnum"];
        };
        CommentOut: {
            id: number;
            /** @description The ticket number. */
            ticket_id: string;
            /** @description Null for people without an account. */
            author: components["schemas"]["PersonOut"] | null;
            /** @description Who wrote at the help desk, without an account here. */
            outside_author: components["schemas"]["OutsideAuthorOut"] | null;
            /** @description Empty after a deletion. */
            text: string;
            visibility: components["schemas"]["VisibilityEnum"];
            parent_id: number | null;
            client_id: string | null;
            rating: components["schemas"]["RatingOut"];
            mentions: components["schemas"]["PersonOut"][];
            attachments: components["schemas"]["AttachmentOut"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            edited_at: string | null;
            /** Format: date-time */
            deleted_at: string | null;
            /** @description Number of the ticket's event that last touched the comment. */
            seq: number;
        };
        /** @description A socket frame: `comment_update`, `ticket_update`, or `skip` for an event that is not for the caller. */
        EventOut: {
            type: components["schemas"]["TypeEnum"];
            seq: number;
            action?: string;
            comment?: {
                [key: string]: unknown;
            };
            event?: string;
            task?: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            occurred_at?: string;
        };
        EventPage: {
            /** @description Events after `after`. */
            count: number;
            next: string | null;
            previous: string | null;
            results: components["schemas"]["EventOut"][];
            /** @description The ticket's latest number. */
            seq: number;
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
        /** @description Fields that are unknown or not for writing are refused by name. */
        MailUploadInRequest: {
            /** Format: binary */
            file: string;
            /**
             * Format: int64
             * @description Who sent the mail; left out for a requester by mail.
             */
            user_id?: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        NewUploadInRequest: {
            /** Format: binary */
            file: string;
        };
        /** @enum {unknown} */
        NullEnum: null;
        /** @description Somebody without an account, and the help desk where it was said. */
        OutsideAuthorOut: {
            full_name: string;
            service: string;
        };
        PaginatedCannedReplyOutList: {
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
            results: components["schemas"]["CannedReplyOut"][];
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
        PaginatedRevisionOutList: {
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
            results: components["schemas"]["RevisionOut"][];
        };
        ParticipantOut: {
            user_id: number;
            full_name: string;
            relation: components["schemas"]["RelationEnum"];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedCannedReplyChangeInRequest: {
            title?: string;
            /** @description An unknown placeholder is refused by its name. */
            text?: string;
            scope?: components["schemas"]["ScopeEnum"];
            /**
             * Format: int64
             * @description Auth's id of the role; with the scope team only.
             */
            role_id?: number | null;
            is_active?: boolean;
            /**
             * Format: int64
             * @description The version that was read; another one now is a conflict.
             */
            version?: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedEditInRequest: {
            text?: string;
            /** @description Who was not mentioned before is notified. */
            mentions?: number[];
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
        /**
         * @description * `ticket.number` - ticket.number
         *     * `ticket.subject` - ticket.subject
         *     * `ticket.category` - ticket.category
         *     * `ticket.priority` - ticket.priority
         *     * `requester.name` - requester.name
         *     * `requester.first_name` - requester.first_name
         *     * `agent.name` - agent.name
         *     * `agent.first_name` - agent.first_name
         *     * `workflow` - workflow
         *     * `step` - step
         * @enum {string}
         */
        PlaceholdersEnum: "ticket.number" | "ticket.subject" | "ticket.category" | "ticket.priority" | "requester.name" | "requester.first_name" | "agent.name" | "agent.first_name" | "workflow" | "step";
        RatingInRequest: {
            value: components["schemas"]["RatingValueEnum"];
        };
        RatingOut: {
            up: number;
            down: number;
            mine: (components["schemas"]["RatingValueEnum"] | components["schemas"]["NullEnum"]) | null;
        };
        /**
         * @description * `up` - Up
         *     * `down` - Down
         * @enum {string}
         */
        RatingValueEnum: "up" | "down";
        ReadStateInRequest: {
            /** Format: int64 */
            seq: number;
        };
        ReadStateOut: {
            last_read_seq: number;
            /** @description Comments of others after that number. */
            unread_comments: number;
        };
        ReadableInRequest: {
            items: components["schemas"]["ReadableItemInRequest"][];
        };
        ReadableItemInRequest: {
            /** Format: int64 */
            user_id: number;
            /** Format: int64 */
            comment_id?: number;
            ticket_number?: string;
        };
        ReadableItemOut: {
            /** @description null: the ticket is not known here. */
            is_readable: boolean | null;
            /** @description What may be quoted of the comment now. */
            excerpt: string;
            ticket_subject: string;
        };
        ReadableOut: {
            items: components["schemas"]["ReadableItemOut"][];
        };
        /**
         * @description * `owner` - owner
         *     * `assignee` - assignee
         *     * `performer` - performer
         *     * `team` - team
         *     * `admin` - admin
         * @enum {string}
         */
        RelationEnum: "owner" | "assignee" | "performer" | "team" | "admin";
        ReplyInRequest: {
            /** @description May be empty where `uploads` are not. */
            text: string;
            client_id?: string | null;
            /** @description User ids. */
            mentions?: number[];
            /** @description Own uploads on this ticket, which become the comment's files: all of them, or it is refused. */
            uploads?: number[];
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
        RevisionOut: {
            /** @description The text that was replaced. */
            text: string;
            /** @description Null for people without an account. */
            replaced_by: components["schemas"]["PersonOut"] | null;
            /** Format: date-time */
            replaced_at: string;
        };
        /**
         * @description * `own` - Own
         *     * `team` - Team
         *     * `all` - All
         * @enum {string}
         */
        ScopeEnum: "own" | "team" | "all";
        /** @description Fields that are unknown or not for writing are refused by name. */
        TicketRefInRequest: {
            ticket_number: string;
            source_service: string;
            source_number: string;
        };
        /**
         * @description * `comment_update` - comment_update
         *     * `ticket_update` - ticket_update
         *     * `skip` - skip
         * @enum {string}
         */
        TypeEnum: "comment_update" | "ticket_update" | "skip";
        UploadInRequest: {
            /** Format: binary */
            file: string;
        };
        UploadOut: {
            id: number;
            /** @description The ticket number. */
            ticket_id: string;
            file_name: string;
            content_type: string;
            size: number;
            url: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description It is deleted then, unless a comment has named it.
             */
            expires_at: string;
        };
        /**
         * @description * `internal` - Internal
         *     * `public` - Public
         * @enum {string}
         */
        VisibilityEnum: "internal" | "public";
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
