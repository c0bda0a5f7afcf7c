// Generated from docs/openapi/notification_service.yaml by `npm run generate-api`. Do not edit.

export interface components {
    schemas: {
        /**
         * @description * `email` - Email
         *     * `inapp` - Inapp
         * @enum {string}
         */
        ChannelEnum: "email" | "inapp";
        DeliveryOut: {
            readonly id: number;
            readonly event_id: string;
            readonly event_type: string;
            readonly ticket_number: string;
            readonly status: components["schemas"]["WebhookDeliveryStatus"];
            readonly attempts: number;
            /** Format: date-time */
            readonly due_at: string;
            /** Format: date-time */
            readonly last_attempt_at: string | null;
            readonly sent_to: string;
            /** @description What was or will be sent */
            request_body: string;
            readonly response_status: number | null;
            readonly response_body: string;
            readonly duration_ms: number | null;
            readonly error: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly closed_at: string | null;
        };
        /**
         * @description * `off` - Off
         *     * `hourly` - Hourly
         *     * `daily` - Daily
         * @enum {string}
         */
        DigestEnum: "off" | "hourly" | "daily";
        /** @description Fields that are unknown or not for writing are refused by name. */
        EndpointInRequest: {
            /** @description https only; not a private address */
            url: string;
            description?: string;
            event_types: components["schemas"]["WebhookEventType"][];
            /** @description Only events of tickets in these workflows; empty: all */
            workflow_ids?: number[];
            /** @description Only events of tickets with these priorities; empty: all */
            priorities?: components["schemas"]["PrioritiesEnum"][];
            is_active?: boolean;
        };
        EndpointOut: {
            readonly id: number;
            readonly url: string;
            readonly description: string;
            event_types: components["schemas"]["WebhookEventType"][];
            workflow_ids: number[];
            priorities: string[];
            readonly is_active: boolean;
            /** @description Why it was switched off: failing, gone, or empty */
            off_reason: string;
            /** Format: date-time */
            readonly off_at: string | null;
            /** Format: date-time */
            readonly failing_since: string | null;
            created_by: components["schemas"]["PersonOut"];
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
        };
        EndpointWithSecretOut: {
            readonly id: number;
            readonly url: string;
            readonly description: string;
            event_types: components["schemas"]["WebhookEventType"][];
            workflow_ids: number[];
            priorities: string[];
            readonly is_active: boolean;
            /** @description Why it was switched off: failing, gone, or empty */
            off_reason: string;
            /** Format: date-time */
            readonly off_at: string | null;
            /** Format: date-time */
            readonly failing_since: string | null;
            created_by: components["schemas"]["PersonOut"];
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
            /** @description Shown this one time */
            secret: string;
        };
        InAppInRequest: {
            /** Format: int64 */
            user_id: number;
            notification_type: components["schemas"]["NotificationType"];
            subject: string;
            message: string;
            link?: string | null;
            /** @description The same event makes one notification. */
            event_id?: string;
        };
        InAppOut: {
            readonly id: number;
            /** Format: int64 */
            user_id: number;
            notification_type: components["schemas"]["NotificationType"];
            subject: string;
            message?: string;
            readonly link: string | null;
            readonly is_read: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            read_at?: string | null;
        };
        InboundFileOut: {
            name: string;
            /** @description Bytes. */
            size: number;
            /**
             * @description signature: a picture that is tiny, quoted or was sent before, and was left out.
             *
             *     * `attached` - attached
             *     * `refused` - refused
             *     * `signature` - signature
             */
            outcome: components["schemas"]["OutcomeEnum"];
            /** @description Why it was refused. */
            reason: string;
        };
        InboundMailOut: {
            readonly id: number;
            readonly message_id: string;
            readonly sender: string;
            readonly sender_name: string;
            readonly subject: string;
            file_names: string[];
            /** @description Null for a mail that was not judged so far. */
            files: components["schemas"]["InboundFileOut"][] | null;
            readonly size: number;
            readonly verdict: components["schemas"]["InboundMailVerdict"];
            readonly reason: string;
            readonly detail: string;
            readonly user_id: number | null;
            readonly ticket_number: string;
            readonly notification_id: number | null;
            /** Format: date-time */
            readonly received_at: string;
            /** Format: date-time */
            readonly judged_at: string;
            readonly text: string;
        };
        InboundMailRow: {
            readonly id: number;
            readonly message_id: string;
            readonly sender: string;
            readonly sender_name: string;
            readonly subject: string;
            file_names: string[];
            /** @description Null for a mail that was not judged so far. */
            files: components["schemas"]["InboundFileOut"][] | null;
            readonly size: number;
            readonly verdict: components["schemas"]["InboundMailVerdict"];
            readonly reason: string;
            readonly detail: string;
            readonly user_id: number | null;
            readonly ticket_number: string;
            readonly notification_id: number | null;
            /** Format: date-time */
            readonly received_at: string;
            /** Format: date-time */
            readonly judged_at: string;
        };
        /**
         * @description * `waiting` - Waiting
         *     * `comment` - Comment
         *     * `ticket` - Ticket
         *     * `ignored` - Ignored
         *     * `refused` - Refused
         *     * `failed` - Failed
         * @enum {string}
         */
        InboundMailVerdict: "waiting" | "comment" | "ticket" | "ignored" | "refused" | "failed";
        LogOut: {
            readonly id: number;
            status: components["schemas"]["NotificationStatus"];
            reason?: string;
            detail?: string;
            attempt?: number;
            /** Format: date-time */
            at: string;
        };
        MailboxOut: {
            is_configured: boolean;
            /** @description Empty where mails name no address for answers. */
            reply_address: string;
            /**
             * @description Whose other mail makes tickets.
             *
             *     * `off` - off
             *     * `known` - known
             *     * `everyone` - everyone
             */
            tickets: components["schemas"]["TicketsEnum"];
            /**
             * Format: date-time
             * @description When the mailbox was last read.
             */
            read_at: string | null;
            /** @description Why it could not be read since; empty where it could. */
            error: string;
            /** Format: date-time */
            failed_at: string | null;
            /** @description Mails whose files are still to be carried. */
            waiting: number;
            failed: number;
        };
        NotificationOut: {
            readonly id: number;
            event_id: string;
            notification_type: components["schemas"]["NotificationType"];
            channel?: components["schemas"]["ChannelEnum"];
            /** Format: int64 */
            user_id?: number | null;
            email?: string;
            subject?: string;
            status?: components["schemas"]["NotificationStatus"];
            reason?: string;
            last_error?: string;
            attempts?: number;
            /** Format: date-time */
            due_at: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            sent_at?: string | null;
            template_version?: number | null;
            body_text?: string;
            body_html?: string;
            readonly context: {
                [key: string]: unknown;
            };
            readonly log: components["schemas"]["LogOut"][];
        };
        NotificationRow: {
            readonly id: number;
            event_id: string;
            notification_type: components["schemas"]["NotificationType"];
            channel?: components["schemas"]["ChannelEnum"];
            /** Format: int64 */
            user_id?: number | null;
            email?: string;
            subject?: string;
            status?: components["schemas"]["NotificationStatus"];
            reason?: string;
            last_error?: string;
            attempts?: number;
            /** Format: date-time */
            due_at: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            sent_at?: string | null;
        };
        /**
         * @description * `queued` - Queued
         *     * `retrying` - Retrying
         *     * `sent` - Sent
         *     * `failed` - Failed
         *     * `skipped` - Skipped
         *     * `parked` - Parked
         * @enum {string}
         */
        NotificationStatus: "queued" | "retrying" | "sent" | "failed" | "skipped" | "parked";
        /**
         * @description * `task_assignment` - Task Assignment
         *     * `task_transferred` - Task Transferred
         *     * `task_escalated` - Task Escalated
         *     * `sla_at_risk` - Sla At Risk
         *     * `sla_breached` - Sla Breached
         *     * `task_returned` - Task Returned
         *     * `approval_requested` - Approval Requested
         *     * `handoff_failed` - Handoff Failed
         *     * `mention` - Mention
         *     * `requester_reply` - Requester Reply
         *     * `ticket_answer` - Ticket Answer
         *     * `password_reset` - Password Reset
         *     * `login_alert` - Login Alert
         *     * `failed_login` - Failed Login
         *     * `otp_code` - Otp Code
         *     * `address_code` - Address Code
         *     * `account_locked` - Account Locked
         *     * `profile_change` - Profile Change
         *     * `invitation` - Invitation
         *     * `system` - System
         * @enum {string}
         */
        NotificationType: "task_assignment" | "task_transferred" | "task_escalated" | "sla_at_risk" | "sla_breached" | "task_returned" | "approval_requested" | "handoff_failed" | "mention" | "requester_reply" | "ticket_answer" | "password_reset" | "login_alert" | "failed_login" | "otp_code" | "address_code" | "account_locked" | "profile_change" | "invitation" | "system";
        /**
         * @description * `attached` - attached
         *     * `refused` - refused
         *     * `signature` - signature
         * @enum {string}
         */
        OutcomeEnum: "attached" | "refused" | "signature";
        PaginatedDeliveryOutList: {
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
            results: components["schemas"]["DeliveryOut"][];
        };
        PaginatedEndpointOutList: {
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
            results: components["schemas"]["EndpointOut"][];
        };
        PaginatedInAppOutList: {
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
            results: components["schemas"]["InAppOut"][];
        };
        PaginatedInboundMailRowList: {
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
            results: components["schemas"]["InboundMailRow"][];
        };
        PaginatedNotificationRowList: {
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
            results: components["schemas"]["NotificationRow"][];
        };
        PaginatedTemplateRowList: {
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
            results: components["schemas"]["TemplateRow"][];
        };
        PaginatedTemplateVersionOutList: {
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
            results: components["schemas"]["TemplateVersionOut"][];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedEndpointInRequest: {
            /** @description https only; not a private address */
            url?: string;
            description?: string;
            event_types?: components["schemas"]["WebhookEventType"][];
            /** @description Only events of tickets in these workflows; empty: all */
            workflow_ids?: number[];
            /** @description Only events of tickets with these priorities; empty: all */
            priorities?: components["schemas"]["PrioritiesEnum"][];
            is_active?: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedInAppChangeInRequest: {
            is_read?: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedPreferencesInRequest: {
            types?: components["schemas"]["PreferenceInRequest"][];
            schedule?: components["schemas"]["PatchedScheduleRequest"];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedScheduleRequest: {
            time_zone?: string;
            /** @example 20:00 */
            quiet_from?: string | null;
            /** @example 20:00 */
            quiet_to?: string | null;
            digest?: components["schemas"]["DigestEnum"];
            /** @example 20:00 */
            digest_at?: string | null;
            is_unsubscribed?: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedTemplateChangeInRequest: {
            subject?: string;
            body_text?: string;
            body_html?: string;
            inapp_message?: string;
            /** @description The version seen; another one now is a conflict (409). */
            version?: number;
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
        /** @description Fields that are unknown or not for writing are refused by name. */
        PreferenceInRequest: {
            notification_type: components["schemas"]["NotificationType"];
            email?: boolean;
            inapp?: boolean;
        };
        PreferenceOut: {
            notification_type: string;
            label: string;
            /** @description Can't be switched off. */
            is_locked: boolean;
            /** @description Waits neither for a digest nor for the end of quiet hours. */
            is_urgent: boolean;
            email: boolean;
            inapp: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PreferencesInRequest: {
            types?: components["schemas"]["PreferenceInRequest"][];
            schedule?: components["schemas"]["PatchedScheduleRequest"];
        };
        PreferencesOut: {
            types: components["schemas"]["PreferenceOut"][];
            schedule: components["schemas"]["Schedule"];
        };
        /** @description Parts that are left out are taken from the template as it is. */
        PreviewInRequest: {
            subject?: string;
            body_text?: string;
            body_html?: string;
            inapp_message?: string;
            context?: {
                [key: string]: unknown;
            };
        };
        PreviewOut: {
            subject: string;
            text: string;
            html: string;
            inapp_message: string;
        };
        /**
         * @description * `urgent` - urgent
         *     * `high` - high
         *     * `medium` - medium
         *     * `low` - low
         * @enum {string}
         */
        PrioritiesEnum: "urgent" | "high" | "medium" | "low";
        ReadAllOut: {
            updated: number;
            unread_count: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RequesterIdInRequest: {
            source_service: string;
            id: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RestoreInRequest: {
            version: number;
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
        /** @description Fields that are unknown or not for writing are refused by name. */
        Schedule: {
            time_zone?: string;
            /** @example 20:00 */
            quiet_from?: string | null;
            /** @example 20:00 */
            quiet_to?: string | null;
            digest?: components["schemas"]["DigestEnum"];
            /** @example 20:00 */
            digest_at?: string | null;
            is_unsubscribed?: boolean;
        };
        SendInRequest: {
            /** Format: int64 */
            user_id?: number;
            /** Format: email */
            user_email?: string;
            notification_type: components["schemas"]["NotificationType"];
            context?: {
                [key: string]: unknown;
            };
            /** @description The same event is sent once. */
            event_id?: string;
        };
        SendOut: {
            id: number;
            event_id: string;
            status: string;
            is_duplicate: boolean;
        };
        SkippedOut: {
            status: string;
            reason: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TemplateChangeInRequest: {
            subject: string;
            body_text: string;
            body_html: string;
            inapp_message: string;
            /** @description The version seen; another one now is a conflict (409). */
            version?: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TemplateCreateInRequest: {
            subject: string;
            body_text: string;
            body_html: string;
            inapp_message: string;
            notification_type: components["schemas"]["NotificationType"];
            language?: components["schemas"]["TemplateLanguage"];
        };
        /**
         * @description * `en` - English
         *     * `de` - German
         * @enum {string}
         */
        TemplateLanguage: "en" | "de";
        TemplateOut: {
            readonly id: number;
            notification_type: components["schemas"]["NotificationType"];
            readonly language: components["schemas"]["TemplateLanguage"];
            readonly label: string;
            version?: number;
            subject: string;
            body_text: string;
            body_html: string;
            inapp_message: string;
            readonly edited_by: components["schemas"]["PersonOut"] | null;
            /** Format: date-time */
            updated_at: string;
            readonly variables: components["schemas"]["VariableOut"][];
        };
        TemplateRow: {
            readonly id: number;
            notification_type: components["schemas"]["NotificationType"];
            readonly language: components["schemas"]["TemplateLanguage"];
            readonly label: string;
            version?: number;
            subject: string;
            body_text: string;
            body_html: string;
            inapp_message: string;
            readonly edited_by: components["schemas"]["PersonOut"] | null;
            /** Format: date-time */
            updated_at: string;
        };
        TemplateVersionOut: {
            version: number;
            subject: string;
            body_text: string;
            body_html: string;
            inapp_message: string;
            readonly edited_by: components["schemas"]["PersonOut"] | null;
            /** Format: date-time */
            created_at: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TicketRefInRequest: {
            ticket_number: string;
            source_service: string;
            source_number: string;
        };
        /**
         * @description * `off` - off
         *     * `known` - known
         *     * `everyone` - everyone
         * @enum {string}
         */
        TicketsEnum: "off" | "known" | "everyone";
        UnreadOut: {
            unread_count: number;
        };
        VariableOut: {
            name: string;
            description: string;
            sample: string;
            is_required: boolean;
            is_secret: boolean;
        };
        /**
         * @description * `waiting` - Waiting
         *     * `delivered` - Delivered
         *     * `failed` - Failed
         * @enum {string}
         */
        WebhookDeliveryStatus: "waiting" | "delivered" | "failed";
        /**
         * @description * `ticket.created` - Created
         *     * `ticket.assigned` - Assigned
         *     * `ticket.transitioned` - Transitioned
         *     * `ticket.updated` - Updated
         *     * `ticket.priority_changed` - Priority Changed
         *     * `ticket.escalated` - Escalated
         *     * `ticket.held` - Held
         *     * `ticket.resumed` - Resumed
         *     * `ticket.at_risk` - At Risk
         *     * `ticket.breached` - Breached
         *     * `ticket.closed` - Closed
         *     * `ticket.reopened` - Reopened
         * @enum {string}
         */
        WebhookEventType: "ticket.created" | "ticket.assigned" | "ticket.transitioned" | "ticket.updated" | "ticket.priority_changed" | "ticket.escalated" | "ticket.held" | "ticket.resumed" | "ticket.at_risk" | "ticket.breached" | "ticket.closed" | "ticket.reopened";
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
