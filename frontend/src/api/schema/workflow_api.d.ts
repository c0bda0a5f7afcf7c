// Generated from docs/openapi/workflow_api.yaml by `npm run generate-api`. Do not edit.

export interface components {
    schemas: {
        AcknowledgeInRequest: {
            /** @default  */
            reference: string;
        };
        /**
         * @description * `claim` - claim
         *     * `release` - release
         *     * `transfer` - transfer
         *     * `escalate` - escalate
         *     * `hold` - hold
         *     * `resume` - resume
         *     * `priority` - priority
         *     * `transition` - transition
         *     * `comment` - comment
         * @enum {string}
         */
        ActionEnum: "claim" | "release" | "transfer" | "escalate" | "hold" | "resume" | "priority" | "transition" | "comment";
        /** @description A person who works on tickets, with their roles in TTS and how many tasks they have now. */
        AgentOut: {
            user_id: number;
            full_name: string;
            email: string;
            is_active: boolean;
            readonly is_away: boolean;
            /** Format: date-time */
            away_from: string | null;
            /** Format: date-time */
            away_until: string | null;
            substitute: components["schemas"]["PersonOut"] | null;
            capacity: number | null;
            open_tasks: number;
            readonly roles: components["schemas"]["NamedOut"][];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ApprovalField: {
            required?: number;
            mode?: components["schemas"]["ModeEnum"];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ApprovalFieldRequest: {
            required?: number;
            mode?: components["schemas"]["ModeEnum"];
        };
        ApprovalOut: {
            required?: number;
            mode?: string;
        };
        ApprovalStateOut: {
            required: number;
            mode: components["schemas"]["ModeEnum"];
            votes: components["schemas"]["VoteOut"][];
        };
        /**
         * @description * `kept` - kept
         *     * `unassigned` - unassigned
         *     * `round_robin` - round_robin
         *     * `least_loaded` - least_loaded
         *     * `claim` - claim
         *     * `transfer` - transfer
         *     * `escalation` - escalation
         *     * `return` - return
         *     * `substitute` - substitute
         * @enum {string}
         */
        AssignedByEnum: "kept" | "unassigned" | "round_robin" | "least_loaded" | "claim" | "transfer" | "escalation" | "return" | "substitute";
        /**
         * @description * `round_robin` - Round Robin
         *     * `least_loaded` - Least Loaded
         *     * `claim` - Claim
         * @enum {string}
         */
        AssignmentEnum: "round_robin" | "least_loaded" | "claim";
        AssignmentOut: {
            current: components["schemas"]["PastAssignmentOut"] | null;
            history: components["schemas"]["PastAssignmentOut"][];
        };
        /** @description One action. `actor` is null for the system itself, `content_hash` for rows that were not redacted. */
        AuditLogOut: {
            readonly id: number;
            /** Format: date-time */
            at: string;
            readonly actor: {
                user_id: number;
                full_name: string;
            } | null;
            /** Format: int64 */
            on_behalf_of_id?: number | null;
            action: string;
            object_type: string;
            object_id: string;
            ticket_number?: string;
            /** @description Any JSON value. */
            readonly old: unknown;
            /** @description Any JSON value. */
            readonly new: unknown;
            reason?: string;
            request_id?: string;
            ip_address?: string | null;
            previous_hash: string;
            hash: string;
            content_hash?: string | null;
        };
        AvailableTransitionOut: {
            id: number;
            name: string;
            outcome: components["schemas"]["OutcomeEnum"];
            requires_comment: boolean;
            to_step: components["schemas"]["StepRefOut"];
        };
        /** @enum {unknown} */
        BlankEnum: "";
        BoardColumnOut: {
            workflow: components["schemas"]["NamedOut"];
            /** @description Null: the steps are done, and another system has the ticket. */
            step: components["schemas"]["BoardStepOut"] | null;
            /** @description The step's ids in the versions that its tasks have here. */
            step_ids: number[];
            count: number;
            tasks: components["schemas"]["TaskRowOut"][];
        };
        BoardOut: {
            columns: components["schemas"]["BoardColumnOut"][];
        };
        BoardStepOut: {
            /** @description The same in all versions of the workflow; what the filter takes. */
            key: number;
            name: string;
        };
        BulkErrorOut: {
            code: string;
            detail: string;
            attr: string | null;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        BulkInRequest: {
            /**
             * @description Stands for a reason in words; with `other`, words are needed.
             *
             *     * `waiting_for_requester` - waiting_for_requester
             *     * `waiting_for_supplier` - waiting_for_supplier
             *     * `waiting_for_date` - waiting_for_date
             *     * `other` - other
             */
            reason_code?: components["schemas"]["HoldReasonEnum"];
            /**
             * Format: date-time
             * @description Resumed by itself then; a year ahead at most.
             */
            until?: string | null;
            /** @description Instead of `until`: to the beginning of that working day after today, by the step's calendar. */
            until_working_days?: number | null;
            /** @description Resumed by itself when the requester answers. */
            until_answer?: boolean;
            action: components["schemas"]["ActionEnum"];
            task_ids: number[];
            reason?: string;
            /** Format: int64 */
            to_user_id?: number;
            priority?: components["schemas"]["PriorityEnum"];
            /** @description Its name: `transitions` of `offers/`. */
            transition?: string;
            /** @description With a transition, or as the comment that is the act. */
            with_comment?: components["schemas"]["BulkRemarkInRequest"];
        };
        BulkOut: {
            results: components["schemas"]["BulkResultOut"][];
        };
        /** @description A comment for each of the tickets: without what belongs to one of them. */
        BulkRemarkInRequest: {
            text: string;
            visibility: components["schemas"]["VisibilityEnum"];
            /** @description The client's own: posted once, however often it is sent. */
            client_id: string;
        };
        BulkResultOut: {
            task_id: number;
            ok: boolean;
            status: number;
            version?: number;
            error?: components["schemas"]["BulkErrorOut"];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        CalendarFeedInRequest: {
            /** @description Where the link is used; unique among your own. */
            name: string;
            /** @description How long before a deadline the calendar program alarms; null: not at all. */
            alarm_minutes?: number | null;
            /** @description An IANA name; without it your profile's. An absence from midnight to midnight there is whole days. */
            time_zone?: string;
        };
        CalendarFeedOut: {
            readonly id: number;
            name: string;
            time_zone: string;
            alarm_minutes?: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at?: string | null;
        };
        /** @description Working hours: `hours` maps "0" (Monday) to "6" to intervals such as `["08:00", "12:00"]`; holidays are dates. */
        CalendarInRequest: {
            name: string;
            time_zone?: string;
            hours: {
                [key: string]: string[][];
            };
            holidays?: string[];
        };
        CalendarOut: {
            readonly id: number;
            name: string;
            time_zone?: string;
            hours: {
                [key: string]: unknown;
            };
            holidays: string[];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        CategoryInRequest: {
            name: string;
            /** Format: int64 */
            parent?: number | null;
        };
        CategoryOut: {
            readonly id: number;
            name: string;
            parent?: number | null;
        };
        ChangeOut: {
            field: string;
            old: unknown;
            new: unknown;
        };
        ChangedPartOut: {
            key: number;
            name: string;
            changes: components["schemas"]["ChangeOut"][];
        };
        CheckoutOut: {
            id: number;
            task_id: number;
            ticket_number: string;
            /** Format: uuid */
            idempotency_key: string;
            payload: {
                [key: string]: unknown;
            };
            status: components["schemas"]["CheckoutStatusEnum"];
            /** @description Not confirmed within 24 hours. */
            readonly is_overdue: boolean;
            attempts: number;
            /** Format: date-time */
            next_attempt_at: string | null;
            last_error: string;
            /** @description Of an error that the service found itself; empty for others. */
            last_error_code: string;
            external_reference: string;
            waived_reason: string;
            /** @description Of a reason that the system itself gives; else empty. */
            waived_reason_code: string;
            waived_by_id: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            sent_at: string | null;
            /** Format: date-time */
            acknowledged_at: string | null;
        };
        /**
         * @description * `queued` - queued
         *     * `sent` - sent
         *     * `acknowledged` - acknowledged
         *     * `failed` - failed
         *     * `waived` - waived
         * @enum {string}
         */
        CheckoutStatusEnum: "queued" | "sent" | "acknowledged" | "failed" | "waived";
        ChoiceOut: {
            /** @description What the filter takes. */
            value: string;
            label: string;
            /** @description What tells two of one label apart; may be empty. */
            hint: string;
        };
        /**
         * @description * `started` - started
         *     * `paused` - paused
         *     * `resumed` - resumed
         *     * `target_changed` - target_changed
         *     * `stopped` - stopped
         * @enum {string}
         */
        ClockEventEnum: "started" | "paused" | "resumed" | "target_changed" | "stopped";
        ClockEventOut: {
            /** Format: date-time */
            at: string;
            kind: components["schemas"]["ClockEventEnum"];
            seconds?: number;
            reason?: string;
        };
        /**
         * @description * `at_risk` - at_risk
         *     * `breached` - breached
         * @enum {string}
         */
        ClockFactEnum: "at_risk" | "breached";
        ClockFactOut: {
            kind: components["schemas"]["ClockFactEnum"];
            /** Format: date-time */
            happened_at: string;
            /** Format: date-time */
            recorded_at: string;
        };
        ClockOut: {
            /** Format: date-time */
            due_at: string | null;
            /** Format: date-time */
            at_risk_at: string | null;
            state: components["schemas"]["SlaStateEnum"];
            /** @description Working time left; negative when late. */
            remaining_seconds: number | null;
            paused: boolean;
            target_seconds: number;
            used_seconds: number;
            /** Format: date-time */
            breached_at: string | null;
        };
        ComparisonOut: {
            policy: components["schemas"]["ChangeOut"][];
            steps: components["schemas"]["PartsOut"];
            transitions: components["schemas"]["PartsOut"];
            is_same: boolean;
        };
        /** @description A step of a version with the name of its role. */
        CurrentStepOut: {
            id: number;
            name: string;
            role: string | null;
            role_id: number | null;
            kind: string;
            key: number;
        };
        CycleClockOut: {
            /** Format: date-time */
            due_at: string | null;
            /** Format: date-time */
            at_risk_at: string | null;
            state: components["schemas"]["SlaStateEnum"];
            /** @description Working time left; negative when late. */
            remaining_seconds: number | null;
            paused: boolean;
            target_seconds: number;
            used_seconds: number;
            /** Format: date-time */
            breached_at: string | null;
            elapsed_seconds: number;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            stopped_at: string | null;
            at_risk_percent: number;
            calendar: {
                [key: string]: unknown;
            } | null;
            events: components["schemas"]["ClockEventOut"][];
            facts: components["schemas"]["ClockFactOut"][];
            intervals: components["schemas"]["IntervalOut"][];
            cycle: number;
        };
        DeadLetterCountOut: {
            queue: string;
            code: string;
            count: number;
            /** Format: date-time */
            oldest_at: string;
        };
        /** @description `intake_id` is the ledger's row of the message, where it is a ticket's. */
        DeadLetterOut: {
            readonly id: number;
            queue: string;
            message_id?: string;
            task?: string;
            code: string;
            reason: string;
            headers?: unknown;
            body?: string;
            ticket_number?: string;
            readonly intake_id: number | null;
            request_id?: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            resolved_at?: string | null;
        };
        /** @description `step` is the step whose clock it is; null for the task's own. A kept clock stays as it is. */
        DeadlineMoveOut: {
            task_id: number;
            ticket_number: string;
            step: string | null;
            /** Format: date-time */
            due_at_before: string | null;
            /** Format: date-time */
            due_at: string | null;
            is_kept: boolean;
        };
        DeadlineMovesOut: {
            dry_run: boolean;
            moves: components["schemas"]["DeadlineMoveOut"][];
        };
        /** @description The reason is kept with the version. */
        DeployInRequest: {
            edit_version?: number;
            /** @default  */
            reason: string;
        };
        /** @description What somebody asked a second person to deploy. */
        DeployRequestOut: {
            requested_by: components["schemas"]["PersonOut"];
            /** Format: date-time */
            requested_at: string;
            reason: string;
            /** @description False: the draft was edited since. */
            is_current: boolean;
        };
        DifferencesOut: {
            policy: components["schemas"]["ChangeOut"][];
            steps: components["schemas"]["PartsOut"];
            transitions: components["schemas"]["PartsOut"];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        DismissInRequest: {
            reason: string;
        };
        /** @description One comparison of a condition; `value` is null for unknown. */
        DryRunCheckOut: {
            field: string;
            op: string;
            expected: unknown;
            actual: unknown;
            value: boolean | null;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        DryRunChoiceInRequest: {
            /**
             * Format: int64
             * @description The draft's id of the transition.
             */
            transition: number;
            /**
             * Format: int64
             * @description Who performs it, and takes the ticket where nobody has it; without it, the assignee.
             */
            by?: number | null;
        };
        /** @description The condition of a transition that leaves the step; `value` is null for unknown. */
        DryRunConditionOut: {
            transition: components["schemas"]["DryRunTransitionOut"];
            to_step: components["schemas"]["DryRunStepOut"];
            is_automatic: boolean;
            value: boolean | null;
            reasons: string[];
            checks: components["schemas"]["DryRunCheckOut"][];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        DryRunInRequest: {
            /** @description The number of a version; null is the draft. */
            version?: number | null;
            /** @description A sample, with the fields of a ticket message but its number. */
            ticket?: {
                [key: string]: unknown;
            };
            /** @description Of a ticket whose payload is copied. */
            ticket_number?: string;
            /**
             * Format: date-time
             * @description When the ticket comes in; without it, now.
             */
            at?: string;
            choices?: components["schemas"]["DryRunChoiceInRequest"][];
        };
        /** @description A transition by the draft's id. */
        DryRunLeftByOut: {
            id: number;
            name: string;
            outcome: components["schemas"]["OutcomeEnum"];
            is_automatic: boolean;
            by: components["schemas"]["PersonOut"] | null;
        };
        DryRunNotificationOut: {
            /** @description mail_and_in_app, mail, in_app, help_desk (its status), or ticket_event (keeps open pages current). */
            channel: string;
            type: string;
            subject: string;
            recipients: components["schemas"]["DryRunRecipientOut"][];
        };
        /** @description A transition that leaves the last step: `by` are those who can perform it, `refusal` says why nobody can. */
        DryRunOfferOut: {
            transition: components["schemas"]["DryRunTransitionOut"];
            to_step: components["schemas"]["DryRunStepOut"];
            requires_comment: boolean;
            is_fulfilled: boolean | null;
            by: components["schemas"]["PersonOut"][];
            refusal: components["schemas"]["DryRunReasonOut"] | null;
        };
        DryRunOut: {
            version: number | null;
            edit_version: number;
            /**
             * Format: date-time
             * @description Give it with the next choice, so that the clocks stay as they are.
             */
            at: string;
            ticket: components["schemas"]["DryRunTicketOut"];
            /** @description The deployed workflow that takes such a ticket now. */
            served_by: components["schemas"]["NamedOut"] | null;
            status: components["schemas"]["TaskStatusEnum"];
            /** Format: date-time */
            due_at: string | null;
            owner: components["schemas"]["WhyOut"] | null;
            steps: components["schemas"]["DryRunVisitOut"][];
            choices: components["schemas"]["DryRunOfferOut"][];
            /** @description Why the walk can't go on, where it has not come to an end. */
            stopped: components["schemas"]["DryRunReasonOut"] | null;
        };
        DryRunPassedOverOut: {
            person: components["schemas"]["PersonOut"];
            why: string;
            detail: string;
        };
        DryRunReasonOut: {
            code: string;
            detail: string;
        };
        /** @description A person, or an address or a system by its name. */
        DryRunRecipientOut: {
            user_id: number | null;
            name: string;
        };
        /** @description A step by the draft's id. */
        DryRunStepOut: {
            id: number;
            name: string;
            role: string;
            kind: components["schemas"]["StepKindEnum"];
            is_end: boolean;
        };
        DryRunTicketOut: {
            ticket_number: string;
            subject: string;
            category: string;
            sub_category: string;
            department: string;
            priority: components["schemas"]["PriorityEnum"];
        };
        /** @description A transition by the draft's id. */
        DryRunTransitionOut: {
            id: number;
            name: string;
            outcome: components["schemas"]["OutcomeEnum"];
        };
        /** @description Why nobody has the ticket: it is to be claimed, or nobody of the role can take it now. */
        DryRunUnassignedOut: {
            role: string;
            is_by_claim: boolean;
            members: number;
            passed_over: components["schemas"]["DryRunPassedOverOut"][];
        };
        /** @description One step of the walk. An end has no `visit`, but the `status` in which it leaves the ticket. */
        DryRunVisitOut: {
            step: components["schemas"]["DryRunStepOut"];
            visit: number | null;
            /** @description How many choices led here. */
            choices_before: number;
            assignments: components["schemas"]["WhyOut"][];
            unassigned: components["schemas"]["DryRunUnassignedOut"] | null;
            /** Format: date-time */
            due_at: string | null;
            /** Format: date-time */
            at_risk_at: string | null;
            target_seconds: number | null;
            conditions: components["schemas"]["DryRunConditionOut"][];
            votes: components["schemas"]["DryRunVoteOut"][];
            left_by: components["schemas"]["DryRunLeftByOut"] | null;
            status: (components["schemas"]["TaskStatusEnum"] | components["schemas"]["NullEnum"]) | null;
            notifications: components["schemas"]["DryRunNotificationOut"][];
        };
        DryRunVoteOut: {
            person: components["schemas"]["PersonOut"];
            outcome: components["schemas"]["OutcomeEnum"];
        };
        DueOut: {
            /** Format: date-time */
            starts_at: string;
            /** Format: date-time */
            due_at: string | null;
        };
        /** @description Optional guard: refuse when somebody has saved since. */
        EditVersionInRequest: {
            edit_version?: number;
        };
        /**
         * @description * `create` - create
         *     * `update` - update
         *     * `none` - none
         * @enum {string}
         */
        EffectEnum: "create" | "update" | "none";
        /**
         * @description * `notification` - Notification
         *     * `asset` - Asset
         *     * `budget` - Budget
         * @enum {string}
         */
        EndLogicEnum: "notification" | "asset" | "budget";
        /**
         * @description * `completed` - Completed
         *     * `rejected` - Rejected
         * @enum {string}
         */
        EndStatusEnum: "completed" | "rejected";
        /** @description The requester: `email`, or `source_service` with `requester_id`, or all three. */
        ErasureInRequest: {
            /** @default  */
            source_service: string;
            /** @default  */
            requester_id: string;
            /** @default  */
            email: string;
            reason: string;
            /** @description The address, or the id where there is none, as typed by the administrator. */
            confirmation: string;
        };
        /**
         * @description An erasure is done in passes. `parts` are those of `pass_number`; once all of them are confirmed, `next_pass_at`
         *     says when the next pass begins, or `completed_at` that it was the last.
         */
        ErasureOut: {
            readonly id: number;
            reason: string;
            ticket_count: number;
            requested_by: components["schemas"]["PersonOut"];
            /** Format: date-time */
            requested_at: string;
            /** Format: date-time */
            completed_at?: string | null;
            pass_number?: number;
            /** @description How many passes there are. */
            readonly last_pass: number;
            /** Format: date-time */
            next_pass_at?: string | null;
            /** @description Accounts of the person that are active, and so not erased. */
            readonly kept_accounts: number;
            readonly parts: components["schemas"]["ErasurePartOut"][];
        };
        ErasurePartOut: {
            service: string;
            /**
             * Format: date-time
             * @description Null: not confirmed yet.
             */
            erased_at: string | null;
            /** @description How many rows of which kind. */
            erased: {
                [key: string]: number;
            };
        };
        /**
         * @description * `at_risk` - At Risk
         *     * `breached` - Breached
         * @enum {string}
         */
        EscalationTriggerEnum: "at_risk" | "breached";
        ExplainedClockOut: {
            /** Format: date-time */
            due_at: string | null;
            /** Format: date-time */
            at_risk_at: string | null;
            state: components["schemas"]["SlaStateEnum"];
            /** @description Working time left; negative when late. */
            remaining_seconds: number | null;
            paused: boolean;
            target_seconds: number;
            used_seconds: number;
            /** Format: date-time */
            breached_at: string | null;
            elapsed_seconds: number;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            stopped_at: string | null;
            at_risk_percent: number;
            calendar: {
                [key: string]: unknown;
            } | null;
            events: components["schemas"]["ClockEventOut"][];
            facts: components["schemas"]["ClockFactOut"][];
            intervals: components["schemas"]["IntervalOut"][];
        };
        ExplanationPartOut: {
            code: string;
            params: {
                [key: string]: unknown;
            };
        };
        /** @description `edit_version` is that of the preview: null where the file creates the workflow. */
        FileApplyInRequest: {
            document: components["schemas"]["WorkflowDocumentRequest"];
            edit_version: number | null;
            /** @default false */
            deploy: boolean;
            /** @default  */
            reason: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        FileInRequest: {
            document: components["schemas"]["WorkflowDocumentRequest"];
        };
        /** @description What a file changes in the draft of the workflow of its name. `errors` of the draft keep it from a deploy. */
        FileOutcomeOut: {
            effect: components["schemas"]["EffectEnum"];
            name: string;
            workflow_id: number | null;
            edit_version: number | null;
            changes: components["schemas"]["DifferencesOut"] | null;
            /** @description A unified diff of the file, as an export gives it. */
            diff: string;
            errors: string[];
            /** @description The version that was deployed, null if none was. */
            version: number | null;
        };
        FindingOut: {
            severity: components["schemas"]["SeverityEnum"];
            code: string;
            message: string;
            step_id: number | null;
            transition_id: number | null;
            field: string | null;
        };
        FoundRequesterOut: {
            source_service: string;
            /** @description Within the help desk; empty where it gives none. */
            requester_id: string;
            name: string;
            email: string;
            ticket_count: number;
            /** Format: date-time */
            last_ticket_at: string;
        };
        /** @description The whole draft graph. What is not in it is deleted. */
        GraphInRequest: {
            edit_version: number;
            steps: components["schemas"]["GraphStepInRequest"][];
            transitions: components["schemas"]["GraphTransitionInRequest"][];
        };
        /** @description The draft graph, in the shape that PUT takes back. */
        GraphOut: {
            workflow: number;
            edit_version: number;
            status: string;
            has_undeployed_changes: boolean;
            steps: components["schemas"]["GraphStepOut"][];
            transitions: components["schemas"]["TransitionOut"][];
        };
        /** @description A role is given by `role_id`, or by name in `role`; `role_id` counts first. */
        GraphStepInRequest: {
            name: string;
            description?: string;
            instruction?: string;
            kind?: components["schemas"]["StepKindEnum"];
            role?: string | null;
            escalate_to?: string | null;
            assignment?: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight?: string;
            approval?: components["schemas"]["ApprovalFieldRequest"];
            is_start?: boolean;
            is_end?: boolean;
            end_status?: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap?: number;
            is_reopen?: boolean;
            position?: components["schemas"]["PositionFieldRequest"];
            order?: number;
            /** Format: int64 */
            role_id?: number | null;
            /** Format: int64 */
            escalate_to_id?: number | null;
            id: number | string;
        };
        /** @description A step with its part of the SLA. */
        GraphStepOut: {
            id: number;
            name: string;
            description: string;
            instruction: string;
            kind: components["schemas"]["StepKindEnum"];
            role_id: number | null;
            readonly role: string | null;
            escalate_to_id: number | null;
            readonly escalate_to: string | null;
            assignment: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight: string;
            approval: components["schemas"]["ApprovalOut"];
            is_start: boolean;
            is_end: boolean;
            end_status: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap: number;
            is_reopen: boolean;
            position: components["schemas"]["PositionOut"];
            order: number;
            workflow: number;
            /** Format: decimal */
            share: string;
        };
        /** @description What can be said of a transition, but for the steps that it joins. */
        GraphTransitionInRequest: {
            name: string;
            outcome?: components["schemas"]["OutcomeEnum"];
            requires_comment?: boolean;
            is_automatic?: boolean;
            condition?: {
                [key: string]: unknown;
            } | null;
            order?: number;
            id: number | string;
            from_step: number | string;
            to_step: number | string;
        };
        HandoffOut: {
            system: components["schemas"]["SystemEnum"];
            id: number;
            status: string;
            attempts: number;
            last_error: string;
            /** @description Of a reason that the system itself gives; empty for the words of a person. */
            last_error_code: string;
            external_reference: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        HoldInRequest: {
            /**
             * @description Stands for a reason in words; with `other`, words are needed.
             *
             *     * `waiting_for_requester` - waiting_for_requester
             *     * `waiting_for_supplier` - waiting_for_supplier
             *     * `waiting_for_date` - waiting_for_date
             *     * `other` - other
             */
            reason_code?: components["schemas"]["HoldReasonEnum"];
            /**
             * Format: date-time
             * @description Resumed by itself then; a year ahead at most.
             */
            until?: string | null;
            /** @description Instead of `until`: to the beginning of that working day after today, by the step's calendar. */
            until_working_days?: number | null;
            /** @description Resumed by itself when the requester answers. */
            until_answer?: boolean;
            expected_version?: number | null;
            /** @description Required where no comment goes along. */
            reason?: string;
            /** @description Posted on the ticket by this call: both or neither. The reason where none is given. */
            with_comment?: components["schemas"]["WithCommentInRequest"];
        };
        /**
         * @description * `waiting_for_requester` - waiting_for_requester
         *     * `waiting_for_supplier` - waiting_for_supplier
         *     * `waiting_for_date` - waiting_for_date
         *     * `other` - other
         * @enum {string}
         */
        HoldReasonEnum: "waiting_for_requester" | "waiting_for_supplier" | "waiting_for_date" | "other";
        /** @description Fields that are unknown or not for writing are refused by name. */
        HolidaysInRequest: {
            days: string[];
            /** @default  */
            reason: string;
            /**
             * @description Say which deadlines would move, and change nothing.
             * @default false
             */
            dry_run: boolean;
        };
        IntakeOut: {
            readonly id: number;
            queue: string;
            message_id?: string;
            ticket_number?: string;
            readonly ticket_id: number | null;
            verdict: components["schemas"]["VerdictEnum"];
            reason?: string;
            rule?: string;
            /** Format: int64 */
            workflow_id?: number | null;
            /** Format: int64 */
            dead_letter_id?: number | null;
            readonly replay_of_id: number | null;
            /** Format: int64 */
            replayed_by_id?: number | null;
            request_id?: string;
            /** Format: date-time */
            received_at: string;
            /** Format: date-time */
            body_removed_at?: string | null;
            headers?: unknown;
            body?: unknown;
            raw_body?: string;
            body_sha256?: string;
        };
        IntakeRowOut: {
            readonly id: number;
            queue: string;
            message_id?: string;
            ticket_number?: string;
            readonly ticket_id: number | null;
            verdict: components["schemas"]["VerdictEnum"];
            reason?: string;
            rule?: string;
            /** Format: int64 */
            workflow_id?: number | null;
            /** Format: int64 */
            dead_letter_id?: number | null;
            readonly replay_of_id: number | null;
            /** Format: int64 */
            replayed_by_id?: number | null;
            request_id?: string;
            /** Format: date-time */
            received_at: string;
            /** Format: date-time */
            body_removed_at?: string | null;
        };
        /**
         * @description * `matched` - Matched
         *     * `unmatched` - Unmatched
         *     * `withdrawn` - Withdrawn
         * @enum {string}
         */
        IntakeStateEnum: "matched" | "unmatched" | "withdrawn";
        IntervalOut: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            counted: boolean;
            why: components["schemas"]["WhyEnum"];
            reason: string;
            /** @description Of a reason that the system itself gives; empty for the words of a person. */
            reason_code: string;
            seconds: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        LeadInRequest: {
            /** Format: int64 */
            user_id: number | null;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        LoadInRequest: {
            edit_version: number;
        };
        /** @description A person who holds the role. `user_system_role_id` and `version` are auth's. */
        MemberOut: {
            user_system_role_id: number;
            user_id: number;
            full_name: string;
            readonly is_away: boolean;
            /** Format: date-time */
            away_until: string | null;
            capacity: number | null;
            /** Format: date-time */
            assigned_at: string;
            version: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        MigrateInRequest: {
            from_version: number;
            to_version: number;
            mapping?: components["schemas"]["StepPairInRequest"][];
            /**
             * @description Say what would come of it, and change nothing.
             * @default false
             */
            dry_run: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        MigratePreviewInRequest: {
            from_version: number;
            to_version: number;
            mapping?: components["schemas"]["StepPairInRequest"][];
            /**
             * Format: int64
             * @description The `next_after` of the page before.
             * @default 0
             */
            after: number;
        };
        MigratePreviewOut: {
            from_version: number;
            to_version: number;
            running_tasks: number;
            steps: components["schemas"]["PreviewStepOut"][];
            tasks: components["schemas"]["PreviewTaskOut"][];
            next_after: number | null;
        };
        MigrateResultOut: {
            task_id: number;
            ok: boolean;
            status: number;
            version?: number;
            from_step?: components["schemas"]["StepRefOut"];
            to_step?: components["schemas"]["StepRefOut"];
            assignee_after?: components["schemas"]["PersonOut"] | null;
            assigned_by?: components["schemas"]["AssignedByEnum"];
            error?: components["schemas"]["BulkErrorOut"];
        };
        MigrateResultsOut: {
            results: components["schemas"]["MigrateResultOut"][];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        MigrateTaskInRequest: {
            /** Format: int64 */
            task_id: number;
            expected_version: number;
            /**
             * Format: int64
             * @description Where this task goes, whatever the mapping says.
             */
            to_step?: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        MigrateTasksInRequest: {
            from_version: number;
            to_version: number;
            mapping?: components["schemas"]["StepPairInRequest"][];
            tasks: components["schemas"]["MigrateTaskInRequest"][];
            reason: string;
        };
        MigratedStepOut: {
            from_step: components["schemas"]["StepRefOut"];
            to_step: components["schemas"]["StepRefOut"];
            tasks: number;
        };
        MigratedTaskOut: {
            task_id: number;
            ticket_number: string;
            from_step: components["schemas"]["StepRefOut"];
            to_step: components["schemas"]["StepRefOut"];
            assignee_before: components["schemas"]["PersonOut"] | null;
            assignee_after: components["schemas"]["PersonOut"] | null;
            assigned_by: components["schemas"]["AssignedByEnum"];
            explanation: string;
            voided_votes: number;
            owner_before: components["schemas"]["PersonOut"] | null;
            owner_after: components["schemas"]["PersonOut"] | null;
            /** Format: date-time */
            due_at: string | null;
        };
        MigrationOut: {
            from_version: number;
            to_version: number;
            dry_run: boolean;
            migrated: number;
            steps: components["schemas"]["MigratedStepOut"][];
            tasks: components["schemas"]["MigratedTaskOut"][];
        };
        /**
         * @description * `count` - count
         *     * `percent` - percent
         * @enum {string}
         */
        ModeEnum: "count" | "percent";
        /** @description Fields that are unknown or not for writing are refused by name. */
        MoveInRequest: {
            expected_version?: number | null;
            reason: string;
            /** Format: int64 */
            workflow_id: number;
        };
        /** @description Another workflow that serves what the ticket is about now. */
        MoveOfferOut: {
            workflow_id: number;
            name: string;
        };
        MovePreviewOut: {
            workflow: components["schemas"]["NamedOut"];
            workflow_version: number;
            first_step: components["schemas"]["StepRefOut"];
            target_seconds: number;
            /**
             * Format: date-time
             * @description Of the new task, whose clock has the ticket's age.
             */
            due_at: string | null;
            /** Format: date-time */
            due_at_before: string | null;
            voids_votes: number;
        };
        /** @description A thing by id and name. */
        NamedOut: {
            id: number;
            name: string;
        };
        NewCalendarFeedOut: {
            readonly id: number;
            name: string;
            time_zone: string;
            alarm_minutes?: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at?: string | null;
            /**
             * Format: uri
             * @description The link. It is shown this one time.
             */
            url: string;
        };
        /** @enum {unknown} */
        NullEnum: null;
        OfferOut: {
            name: string;
            /** @description Of how many of the tasks. */
            count: number;
            /** @description Of one of them at least. */
            requires_comment: boolean;
        };
        OffersOut: {
            transitions: components["schemas"]["OfferOut"][];
        };
        OtherTaskOut: {
            id: number;
            ticket_number: string;
            subject: string;
            status: components["schemas"]["TaskStatusEnum"];
            assignee: components["schemas"]["PersonOut"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            closed_at: string | null;
            age_seconds: number;
        };
        OtherTasksOut: {
            count: number;
            tasks: components["schemas"]["OtherTaskOut"][];
        };
        OutboxMessageOut: {
            readonly id: number;
            /** Format: uuid */
            readonly message_id: string;
            exchange?: string;
            queue: string;
            task: string;
            kwargs: unknown;
            key?: string | null;
            request_id?: string;
            attempts?: number;
            last_error?: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            next_attempt_at: string;
            /** Format: date-time */
            published_at?: string | null;
        };
        /**
         * @description * `forward` - Forward
         *     * `approve` - Approve
         *     * `reject` - Reject
         *     * `return` - Return
         * @enum {string}
         */
        OutcomeEnum: "forward" | "approve" | "reject" | "return";
        OverviewOut: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            now: {
                [key: string]: number;
            };
            period: {
                [key: string]: unknown;
            };
            per_day: {
                [key: string]: unknown;
            }[];
            by_workflow: {
                [key: string]: unknown;
            }[];
            by_role: {
                [key: string]: unknown;
            }[];
            by_assignee: {
                [key: string]: unknown;
            }[];
        };
        PaginatedAgentOutList: {
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
            results: components["schemas"]["AgentOut"][];
        };
        PaginatedAuditLogOutList: {
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
            results: components["schemas"]["AuditLogOut"][];
        };
        PaginatedCalendarFeedOutList: {
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
            results: components["schemas"]["CalendarFeedOut"][];
        };
        PaginatedCalendarOutList: {
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
            results: components["schemas"]["CalendarOut"][];
        };
        PaginatedCategoryOutList: {
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
            results: components["schemas"]["CategoryOut"][];
        };
        PaginatedCheckoutOutList: {
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
            results: components["schemas"]["CheckoutOut"][];
        };
        PaginatedChoiceOutList: {
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
            results: components["schemas"]["ChoiceOut"][];
        };
        PaginatedDeadLetterOutList: {
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
            results: components["schemas"]["DeadLetterOut"][];
        };
        PaginatedErasureOutList: {
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
            results: components["schemas"]["ErasureOut"][];
        };
        PaginatedIntakeRowOutList: {
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
            results: components["schemas"]["IntakeRowOut"][];
        };
        PaginatedOutboxMessageOutList: {
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
            results: components["schemas"]["OutboxMessageOut"][];
        };
        PaginatedPerformedOutList: {
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
            results: components["schemas"]["PerformedOut"][];
        };
        PaginatedPooledOutList: {
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
            results: components["schemas"]["PooledOut"][];
        };
        PaginatedReminderOutList: {
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
            results: components["schemas"]["ReminderOut"][];
        };
        PaginatedRoleOutList: {
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
            results: components["schemas"]["RoleOut"][];
        };
        PaginatedSavedViewDocumentList: {
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
            results: components["schemas"]["SavedViewDocument"][];
        };
        PaginatedStepOutList: {
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
            results: components["schemas"]["StepOut"][];
        };
        PaginatedTaskRowOutList: {
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
            results: components["schemas"]["TaskRowOut"][];
        };
        PaginatedTicketRowOutList: {
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
            results: components["schemas"]["TicketRowOut"][];
        };
        PaginatedTimelineOutList: {
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
            results: components["schemas"]["TimelineOut"][];
        };
        PaginatedVersionOutList: {
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
            results: components["schemas"]["VersionOut"][];
        };
        PaginatedWorkflowOutList: {
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
            results: components["schemas"]["WorkflowOut"][];
        };
        PartsOut: {
            added: {
                [key: string]: unknown;
            }[];
            removed: {
                [key: string]: unknown;
            }[];
            changed: components["schemas"]["ChangedPartOut"][];
        };
        PassedOverOut: {
            person: components["schemas"]["PersonOut"];
            why: string;
        };
        PastAssignmentOut: {
            person: components["schemas"]["PersonOut"];
            role: string;
            is_owner: boolean;
            origin: string;
            reason: string;
            /** @description Of a reason that the system itself gives; empty for the words of a person. */
            reason_code: string;
            /** @description In plain words. */
            explanation: string;
            /** @description The sentences of the explanation by code. */
            explanation_parts: components["schemas"]["ExplanationPartOut"][];
            strategy: string | null;
            candidates: components["schemas"]["PersonOut"][];
            passed_over: components["schemas"]["PassedOverOut"][];
            cursor_before: number | null;
            cursor_after: number | null;
            /** @description Whom the stored facts give, again. */
            replayed_user_id: number | null;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string | null;
            end_reason: string;
            step: components["schemas"]["StepRefOut"] | null;
            is_role_since_removed: boolean;
        };
        /** @description Away from when until when (no end: until further notice), who stands in, how many tasks at once. */
        PatchedAvailabilityInRequest: {
            /** Format: date-time */
            away_from?: string | null;
            /** Format: date-time */
            away_until?: string | null;
            /** Format: int64 */
            substitute_id?: number | null;
            capacity?: number | null;
        };
        /** @description Working hours: `hours` maps "0" (Monday) to "6" to intervals such as `["08:00", "12:00"]`; holidays are dates. */
        PatchedCalendarInRequest: {
            name?: string;
            time_zone?: string;
            hours?: {
                [key: string]: string[][];
            };
            holidays?: string[];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedReminderChangeRequest: {
            /**
             * Format: date-time
             * @description With its offset from UTC; a year ahead at most.
             */
            remind_at?: string;
            /** @description For yourself. */
            note?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedSavedViewDocumentRequest: {
            name?: string;
            page?: string;
            query?: {
                [key: string]: string;
            };
            columns?: string[];
            is_shared?: boolean;
        };
        /** @description A role is given by `role_id`, or by name in `role`; `role_id` counts first. */
        PatchedStepUpdateInRequest: {
            name?: string;
            description?: string;
            instruction?: string;
            kind?: components["schemas"]["StepKindEnum"];
            role?: string | null;
            escalate_to?: string | null;
            assignment?: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight?: string;
            approval?: components["schemas"]["ApprovalFieldRequest"];
            is_start?: boolean;
            is_end?: boolean;
            end_status?: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap?: number;
            is_reopen?: boolean;
            position?: components["schemas"]["PositionFieldRequest"];
            order?: number;
            /** Format: int64 */
            role_id?: number | null;
            /** Format: int64 */
            escalate_to_id?: number | null;
            edit_version?: number;
        };
        /** @description What a person may say of a workflow. Empty department or sub-category: any. */
        PatchedWorkflowUpdateInRequest: {
            name?: string;
            description?: string;
            category?: string;
            sub_category?: string;
            department?: string;
            is_default?: boolean;
            end_logic?: components["schemas"]["EndLogicEnum"];
            low_sla?: (number | string) | null;
            medium_sla?: (number | string) | null;
            high_sla?: (number | string) | null;
            urgent_sla?: (number | string) | null;
            at_risk_percent?: number;
            field_types?: {
                [key: string]: "number" | "money" | "date" | "date_time" | "yes_no" | "choice" | "text";
            };
            decisive_fields?: string[];
            reopen_days?: number;
            escalation_trigger?: components["schemas"]["EscalationTriggerEnum"];
            /** Format: int64 */
            second_escalation_role_id?: number | null;
            second_escalation_after?: (number | string) | null;
            hand_over_after?: (number | string) | null;
            /** Format: int64 */
            calendar_id?: number | null;
            /** Format: int64 */
            coordinator_role_id?: number | null;
            edit_version?: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PauseInRequest: {
            /** @default  */
            reason: string;
            /** @default false */
            hold_running: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PerformInRequest: {
            /** Format: int64 */
            task_id: number;
            /** Format: int64 */
            transition_id: number;
            /** @default  */
            comment: string;
            /** @description Posted on the ticket by this call: both or neither. The reason where none is given. */
            with_comment?: components["schemas"]["WithCommentInRequest"];
            expected_version: number;
        };
        PerformedOut: {
            id: number;
            task_id: number;
            transition_id: number;
            name: string;
            outcome: components["schemas"]["OutcomeEnum"];
            from_step: components["schemas"]["NamedOut"];
            to_step: components["schemas"]["NamedOut"];
            actor: components["schemas"]["PersonOut"] | null;
            on_behalf_of_id: number | null;
            comment: string;
            /** Format: date-time */
            performed_at: string;
        };
        PersonOut: {
            user_id: number;
            full_name: string;
        };
        /** @description A person as `POST /privacy/person/` of the workflow API describes them. */
        PersonRefIn: {
            emails: string[];
            names: string[];
            requesters: components["schemas"]["RequesterIdIn"][];
            tickets: components["schemas"]["TicketRefIn"][];
        };
        PoolRetriedOut: {
            /** @description How many stays somebody has now. */
            given: number;
        };
        PooledOut: {
            task_id: number;
            ticket_number: string;
            subject: string;
            priority: string;
            status: string;
            step: components["schemas"]["NamedOut"];
            role: components["schemas"]["NamedOut"] | null;
            /** Format: date-time */
            pooled_at: string;
            /** Format: date-time */
            due_at: string | null;
            needs_lead: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PositionField: {
            /** Format: double */
            x?: number;
            /** Format: double */
            y?: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PositionFieldRequest: {
            /** Format: double */
            x?: number;
            /** Format: double */
            y?: number;
        };
        PositionOut: {
            /** Format: double */
            x?: number;
            /** Format: double */
            y?: number;
        };
        /** @description What a deploy would do. Running tasks stay on their version. */
        PreviewOut: {
            status: string;
            legal_moves: string[];
            live_version: number | null;
            next_version: number;
            has_changes: boolean;
            /** @description Who asks for a deploy can not do it themselves. */
            needs_second_person: boolean;
            deploy_request: components["schemas"]["DeployRequestOut"] | null;
            changes: components["schemas"]["DifferencesOut"] | null;
            report: components["schemas"]["ReportOut"];
            running_tasks: number;
            running: components["schemas"]["RunningOut"][];
        };
        /** @description A step with running tasks; `to_step` is null where it must be mapped first. */
        PreviewStepOut: {
            from_step: components["schemas"]["StepRefOut"];
            to_step: components["schemas"]["StepRefOut"] | null;
            running_tasks: number;
        };
        /** @description What moving the task would do; `error` says why it would not be moved. */
        PreviewTaskOut: {
            task_id: number;
            ticket_number: string;
            version: number;
            from_step: components["schemas"]["StepRefOut"] | null;
            to_step: components["schemas"]["StepRefOut"] | null;
            assignee_before: components["schemas"]["PersonOut"] | null;
            assignee_after: components["schemas"]["PersonOut"] | null;
            assigned_by: components["schemas"]["AssignedByEnum"];
            explanation: string;
            /** @description Votes that the move voids for good. */
            voided_votes: number;
            /** Format: date-time */
            due_before: string | null;
            /** Format: date-time */
            due_after: string | null;
            error: components["schemas"]["BulkErrorOut"] | null;
        };
        /**
         * @description * `low` - Low
         *     * `medium` - Medium
         *     * `high` - High
         *     * `urgent` - Urgent
         * @enum {string}
         */
        PriorityEnum: "low" | "medium" | "high" | "urgent";
        /** @description Fields that are unknown or not for writing are refused by name. */
        PriorityInRequest: {
            expected_version?: number | null;
            /** @default  */
            reason: string;
            priority: components["schemas"]["PriorityEnum"];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ReasonInRequest: {
            /** @default  */
            reason: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ReminderInRequest: {
            /**
             * Format: date-time
             * @description With its offset from UTC; a year ahead at most.
             */
            remind_at: string;
            /** @description For yourself. */
            note?: string;
            ticket_number: string;
        };
        ReminderOut: {
            readonly id: number;
            ticket_number: string;
            subject: string;
            /**
             * @description Of the ticket's newest task; null: it has none.
             *
             *     * `pending` - Pending
             *     * `in_progress` - In Progress
             *     * `on_hold` - On Hold
             *     * `handing_off` - Handing Off
             *     * `completed` - Completed
             *     * `rejected` - Rejected
             *     * `cancelled` - Cancelled
             */
            status: (components["schemas"]["TaskStatusEnum"] | components["schemas"]["NullEnum"]) | null;
            /** Format: date-time */
            remind_at: string;
            note?: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ReplayInRequest: {
            /** @description The corrected ticket; none: as it was. */
            body?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description How the raw body is to be read, such as windows-1252; none: any Unicode encoding.
             * @default
             */
            charset: string;
        };
        ReportOut: {
            is_valid: boolean;
            errors: components["schemas"]["FindingOut"][];
            warnings: components["schemas"]["FindingOut"][];
        };
        ReportRowsOut: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            results: {
                [key: string]: unknown;
            }[];
        };
        RequesterCardOut: {
            requester: components["schemas"]["RequesterOut"];
            department: string;
            open: components["schemas"]["OtherTasksOut"];
            closed: components["schemas"]["OtherTasksOut"];
        };
        /** @description `person` is what the other services are asked with; `open_tickets` keep an erasure from being done. */
        RequesterDataOut: {
            counts: {
                [key: string]: number;
            };
            data: {
                [key: string]: {
                    [key: string]: unknown;
                }[];
            };
            person: components["schemas"]["PersonRefIn"];
            open_tickets: string[];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RequesterIdIn: {
            source_service: string;
            id: string;
        };
        RequesterOut: {
            id: string;
            name: string;
            email: string;
        };
        /**
         * @description * `replay` - replay
         *     * `dismiss` - dismiss
         * @enum {string}
         */
        ResolutionEnum: "replay" | "dismiss";
        /** @description Fields that are unknown or not for writing are refused by name. */
        ResumeInRequest: {
            expected_version?: number | null;
            /** @default  */
            reason: string;
            /** @description Posted on the ticket by this call: both or neither. The reason where none is given. */
            with_comment?: components["schemas"]["WithCommentInRequest"];
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
        /**
         * @description A role with the people who actively hold it. `id` and `version` are auth's.
         *
         *     `used_by` are the workflows that need it as role, escalation or coordinators: with the deployed version, or with
         *     one that has running tasks. Deleting the role would strand their tickets.
         */
        RoleOut: {
            /** Format: int64 */
            id: number;
            name: string;
            system: string;
            description?: string;
            is_custom?: boolean;
            is_active?: boolean;
            /** Format: int64 */
            version?: number;
            lead: components["schemas"]["PersonOut"] | null;
            used_by: string[];
            members: components["schemas"]["MemberOut"][];
        };
        /** @description Open tasks of one step of one version, and whether the draft still has that step. */
        RunningOut: {
            version: number;
            step: {
                [key: string]: unknown;
            } | null;
            running_tasks: number;
            is_in_draft: boolean;
        };
        /** @description The draft graph, in the shape that PUT takes back. */
        SavedGraphOut: {
            workflow: number;
            edit_version: number;
            status: string;
            has_undeployed_changes: boolean;
            steps: components["schemas"]["GraphStepOut"][];
            transitions: components["schemas"]["TransitionOut"][];
            id_map: {
                [key: string]: number;
            };
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        SavedViewDocument: {
            readonly id: number;
            name: string;
            page?: string;
            query?: {
                [key: string]: string;
            };
            columns?: string[];
            is_shared?: boolean;
            readonly is_mine: boolean;
            readonly owner_id: number;
            readonly owner_name: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        SavedViewDocumentRequest: {
            name: string;
            page?: string;
            query?: {
                [key: string]: string;
            };
            columns?: string[];
            is_shared?: boolean;
        };
        SelectedTaskOut: {
            id: number;
            ticket_number: string;
        };
        SelectionOut: {
            tasks: components["schemas"]["SelectedTaskOut"][];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        SettleInRequest: {
            resolution: components["schemas"]["ResolutionEnum"];
            ids: number[];
            /** @default  */
            reason: string;
        };
        SettledListOut: {
            results: components["schemas"]["SettledOut"][];
        };
        SettledOut: {
            id: number;
            ok: boolean;
            error?: components["schemas"]["BulkErrorOut"];
        };
        /**
         * @description * `error` - error
         *     * `warning` - warning
         * @enum {string}
         */
        SeverityEnum: "error" | "warning";
        /** @description Fields that are unknown or not for writing are refused by name. */
        SlaDocument: {
            low?: (number | string) | null;
            medium?: (number | string) | null;
            high?: (number | string) | null;
            urgent?: (number | string) | null;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        SlaDocumentRequest: {
            low?: (number | string) | null;
            medium?: (number | string) | null;
            high?: (number | string) | null;
            urgent?: (number | string) | null;
        };
        /**
         * @description * `on_track` - on_track
         *     * `at_risk` - at_risk
         *     * `breached` - breached
         *     * `paused` - paused
         *     * `met` - met
         *     * `stopped` - stopped
         *     * `no_deadline` - no_deadline
         * @enum {string}
         */
        SlaStateEnum: "on_track" | "at_risk" | "breached" | "paused" | "met" | "stopped" | "no_deadline";
        /** @description A role is given by `role_id`, or by name in `role`; `role_id` counts first. */
        StepCreateInRequest: {
            name: string;
            description?: string;
            instruction?: string;
            kind?: components["schemas"]["StepKindEnum"];
            role?: string | null;
            escalate_to?: string | null;
            assignment?: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight?: string;
            approval?: components["schemas"]["ApprovalFieldRequest"];
            is_start?: boolean;
            is_end?: boolean;
            end_status?: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap?: number;
            is_reopen?: boolean;
            position?: components["schemas"]["PositionFieldRequest"];
            order?: number;
            /** Format: int64 */
            role_id?: number | null;
            /** Format: int64 */
            escalate_to_id?: number | null;
            /** Format: int64 */
            workflow: number;
            edit_version: number;
        };
        /** @description What can be said of a step. Roles are named; `escalate_to` is a role too. */
        StepDocument: {
            name: string;
            description?: string;
            instruction?: string;
            kind?: components["schemas"]["StepKindEnum"];
            role?: string | null;
            escalate_to?: string | null;
            assignment?: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight?: string;
            approval?: components["schemas"]["ApprovalField"];
            is_start?: boolean;
            is_end?: boolean;
            end_status?: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap?: number;
            is_reopen?: boolean;
            position?: components["schemas"]["PositionField"];
            order?: number;
            ref: string;
        };
        /** @description What can be said of a step. Roles are named; `escalate_to` is a role too. */
        StepDocumentRequest: {
            name: string;
            description?: string;
            instruction?: string;
            kind?: components["schemas"]["StepKindEnum"];
            role?: string | null;
            escalate_to?: string | null;
            assignment?: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight?: string;
            approval?: components["schemas"]["ApprovalFieldRequest"];
            is_start?: boolean;
            is_end?: boolean;
            end_status?: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap?: number;
            is_reopen?: boolean;
            position?: components["schemas"]["PositionFieldRequest"];
            order?: number;
            ref: string;
        };
        /**
         * @description * `action` - Action
         *     * `review` - Review
         *     * `approval` - Approval
         * @enum {string}
         */
        StepKindEnum: "action" | "review" | "approval";
        /** @description A step as stored. `role` is the role's name, also while no such role is known and `role_id` is null. */
        StepOut: {
            id: number;
            name: string;
            description: string;
            instruction: string;
            kind: components["schemas"]["StepKindEnum"];
            role_id: number | null;
            readonly role: string | null;
            escalate_to_id: number | null;
            readonly escalate_to: string | null;
            assignment: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight: string;
            approval: components["schemas"]["ApprovalOut"];
            is_start: boolean;
            is_end: boolean;
            end_status: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap: number;
            is_reopen: boolean;
            position: components["schemas"]["PositionOut"];
            order: number;
            workflow: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        StepPairInRequest: {
            /** Format: int64 */
            from_step: number;
            /** Format: int64 */
            to_step: number;
        };
        /** @description A step of a version with the name of its role. */
        StepRefOut: {
            id: number;
            name: string;
            role: string | null;
        };
        /**
         * @description * `done` - done
         *     * `current` - current
         *     * `next` - next
         *     * `ahead` - ahead
         * @enum {string}
         */
        StepStateEnum: "done" | "current" | "next" | "ahead";
        /** @description A role is given by `role_id`, or by name in `role`; `role_id` counts first. */
        StepUpdateInRequest: {
            name: string;
            description?: string;
            instruction?: string;
            kind?: components["schemas"]["StepKindEnum"];
            role?: string | null;
            escalate_to?: string | null;
            assignment?: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight?: string;
            approval?: components["schemas"]["ApprovalFieldRequest"];
            is_start?: boolean;
            is_end?: boolean;
            end_status?: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap?: number;
            is_reopen?: boolean;
            position?: components["schemas"]["PositionFieldRequest"];
            order?: number;
            /** Format: int64 */
            role_id?: number | null;
            /** Format: int64 */
            escalate_to_id?: number | null;
            edit_version: number;
        };
        StuckCountOut: {
            count: number;
            /** Format: date-time */
            oldest_at: string | null;
        };
        StuckOut: {
            dead_letters: components["schemas"]["StuckCountOut"];
            pool: components["schemas"]["StuckCountOut"];
            needs_lead: number;
            unmatched_tickets: components["schemas"]["StuckCountOut"];
            failed_handoffs: number;
            /** @description Not confirmed within 24 hours. */
            overdue_handoffs: number;
            outbox: components["schemas"]["StuckOutboxOut"];
        };
        StuckOutboxOut: {
            count: number;
            /** Format: date-time */
            oldest_at: string | null;
            overdue: number;
            failing: number;
        };
        /** @description The requester: `email`, or `source_service` with `requester_id`, or all three. */
        SubjectInRequest: {
            /** @default  */
            source_service: string;
            /** @default  */
            requester_id: string;
            /** @default  */
            email: string;
        };
        /**
         * @description * `ams` - ams
         *     * `bms` - bms
         * @enum {string}
         */
        SystemEnum: "ams" | "bms";
        TaskDetailOut: {
            /** @description Null unless the task is on hold. */
            hold: components["schemas"]["TaskHoldOut"] | null;
            /**
             * Format: date-time
             * @description When the requester answered during a hold, until somebody deals with it.
             */
            answered_at: string | null;
            id: number;
            ticket_number: string;
            subject: string;
            status: components["schemas"]["TaskStatusEnum"];
            priority: components["schemas"]["PriorityEnum"];
            /** @description Name it as `expected_version` when changing the task. */
            version: number;
            workflow: components["schemas"]["NamedOut"];
            workflow_version: number;
            workflow_version_id: number;
            current_step: components["schemas"]["CurrentStepOut"] | null;
            instruction: string | null;
            assignee: components["schemas"]["PersonOut"] | null;
            is_assignee_away: boolean;
            owner: components["schemas"]["PersonOut"] | null;
            sla: components["schemas"]["ClockOut"] | null;
            visit_sla: components["schemas"]["ClockOut"] | null;
            available_transitions: components["schemas"]["AvailableTransitionOut"][];
            available_actions: string[];
            why: components["schemas"]["WhyOut"] | null;
            approval: components["schemas"]["ApprovalStateOut"] | null;
            /** @description Why the task can't leave its step by itself: conditions that can't be decided. */
            decision_problem: string | null;
            needs_lead: boolean;
            /** Format: date-time */
            in_pool_since: string | null;
            /** Format: date-time */
            step_since: string | null;
            handoff: components["schemas"]["HandoffOut"] | null;
            /** @description 2 and more: it was reopened. */
            cycle: number;
            /** @description The ticket's earlier task. */
            continues_task_id: number | null;
            /** @description The matching rule that chose the workflow (`default`: nothing else fitted), or `moved`. */
            matched_by: string | null;
            move_offer: components["schemas"]["MoveOfferOut"] | null;
            ticket: components["schemas"]["TaskTicketOut"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            closed_at: string | null;
        };
        TaskGraphEdgeOut: {
            id: number;
            name: string;
            outcome: components["schemas"]["OutcomeEnum"];
            requires_comment: boolean;
            is_automatic: boolean;
            from_step: number;
            to_step: number;
            taken: boolean;
            times: number;
        };
        TaskGraphOut: {
            version: number;
            steps: components["schemas"]["TaskGraphStepOut"][];
            transitions: components["schemas"]["TaskGraphEdgeOut"][];
        };
        TaskGraphStepOut: {
            id: number;
            key: number;
            name: string;
            kind: string;
            role: string | null;
            escalate_to: string | null;
            /** Format: double */
            share: number;
            instruction: string;
            is_start: boolean;
            is_end: boolean;
            end_status: string;
            position: {
                [key: string]: unknown;
            };
            state: components["schemas"]["StepStateEnum"];
            visits: number;
            /** Format: date-time */
            entered_at: string | null;
            /** Format: date-time */
            left_at: string | null;
            performer: components["schemas"]["PersonOut"] | null;
        };
        /** @description What the hold waits for. With neither moment nor answer somebody resumes it. */
        TaskHoldOut: {
            reason_code: (components["schemas"]["HoldReasonEnum"] | components["schemas"]["NullEnum"]) | null;
            /** Format: date-time */
            until: string | null;
            until_answer: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TaskOptionalReasonInRequest: {
            expected_version?: number | null;
            /** @default  */
            reason: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TaskReasonInRequest: {
            expected_version?: number | null;
            reason: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TaskReasonOrCommentInRequest: {
            expected_version?: number | null;
            /** @description Required where no comment goes along. */
            reason?: string;
            /** @description Posted on the ticket by this call: both or neither. The reason where none is given. */
            with_comment?: components["schemas"]["WithCommentInRequest"];
        };
        TaskRowOut: {
            /** @description Null unless the task is on hold. */
            hold: components["schemas"]["TaskHoldOut"] | null;
            /**
             * Format: date-time
             * @description When the requester answered during a hold, until somebody deals with it.
             */
            answered_at: string | null;
            id: number;
            ticket_number: string;
            subject: string;
            status: components["schemas"]["TaskStatusEnum"];
            priority: components["schemas"]["PriorityEnum"];
            version: number;
            workflow: components["schemas"]["NamedOut"];
            workflow_version: number;
            current_step: components["schemas"]["StepRefOut"] | null;
            assignee: components["schemas"]["PersonOut"] | null;
            is_assignee_away: boolean;
            owner: components["schemas"]["PersonOut"] | null;
            requester: string;
            category: string;
            department: string;
            sla: components["schemas"]["TaskSlaOut"];
            /** Format: date-time */
            step_due_at: string | null;
            /** Format: date-time */
            step_since: string | null;
            needs_lead: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            closed_at: string | null;
            /** @description Who performed the last transition, or cancelled the task. */
            closed_by: components["schemas"]["PersonOut"] | null;
        };
        TaskSlaExplainedOut: {
            task: components["schemas"]["ExplainedClockOut"] | null;
            visit: components["schemas"]["ExplainedClockOut"] | null;
            visits: components["schemas"]["VisitClockOut"][];
            earlier_cycles: components["schemas"]["CycleClockOut"][];
            /** Format: date-time */
            submitted_at: string;
            /** @description Until now, or until the task was closed. */
            since_submitted_seconds: number;
            /** @description From the submission to the start of the clock. */
            waited_before_clock_seconds: number;
        };
        TaskSlaOut: {
            /** Format: date-time */
            due_at: string | null;
            /** Format: date-time */
            at_risk_at: string | null;
            state: components["schemas"]["SlaStateEnum"];
            /** @description Working time left; negative when late. */
            remaining_seconds: number | null;
            paused: boolean;
        };
        /**
         * @description * `pending` - Pending
         *     * `in_progress` - In Progress
         *     * `on_hold` - On Hold
         *     * `handing_off` - Handing Off
         *     * `completed` - Completed
         *     * `rejected` - Rejected
         *     * `cancelled` - Cancelled
         * @enum {string}
         */
        TaskStatusEnum: "pending" | "in_progress" | "on_hold" | "handing_off" | "completed" | "rejected" | "cancelled";
        TaskTicketOut: {
            id: number;
            ticket_number: string;
            subject: string;
            description: string;
            category: string;
            sub_category: string;
            department: string;
            priority: components["schemas"]["PriorityEnum"];
            requester: components["schemas"]["RequesterOut"];
            source_service: string;
            source_status: string;
            /** Format: date-time */
            submitted_at: string | null;
            /** Format: date-time */
            received_at: string;
        };
        TicketOut: {
            readonly id: number;
            ticket_number: string;
            source_service: string;
            source_number: string;
            subject: string;
            category: string;
            sub_category?: string;
            department: string;
            priority?: components["schemas"]["PriorityEnum"];
            source_status?: string;
            intake_state: components["schemas"]["IntakeStateEnum"];
            unmatched_reason?: string;
            unmatched_detail?: unknown;
            readonly requester: {
                [key: string]: string;
            } | null;
            readonly task: components["schemas"]["TicketTaskOut"] | null;
            /** Format: date-time */
            submitted_at?: string | null;
            /** Format: date-time */
            received_at: string;
            /** Format: date-time */
            readonly updated_at: string;
            description?: string;
            /** Format: int64 */
            source_version?: number | null;
            readonly attachments: {
                [key: string]: unknown;
            }[];
            readonly fields: {
                [key: string]: unknown;
            };
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TicketRefIn: {
            ticket_number: string;
            source_service: string;
            source_number: string;
        };
        TicketRowOut: {
            readonly id: number;
            ticket_number: string;
            source_service: string;
            source_number: string;
            subject: string;
            category: string;
            sub_category?: string;
            department: string;
            priority?: components["schemas"]["PriorityEnum"];
            source_status?: string;
            intake_state: components["schemas"]["IntakeStateEnum"];
            unmatched_reason?: string;
            unmatched_detail?: unknown;
            readonly requester: {
                [key: string]: string;
            } | null;
            readonly task: components["schemas"]["TicketTaskOut"] | null;
            /** Format: date-time */
            submitted_at?: string | null;
            /** Format: date-time */
            received_at: string;
            /** Format: date-time */
            readonly updated_at: string;
        };
        TicketTaskOut: {
            id: number;
            status: string;
            workflow: components["schemas"]["NamedOut"];
            /** @description `default`: no workflow but the default one fitted. */
            matched_by: string;
            cycle: number;
        };
        TimelineOut: {
            seq: number;
            event: string;
            actor: components["schemas"]["PersonOut"] | null;
            detail: {
                [key: string]: unknown;
            };
            /** @description Of a reason that the system itself gives; empty for the words of a person. */
            reason_code: string;
            /** Format: date-time */
            at: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TransferInRequest: {
            expected_version?: number | null;
            /** @description Required where no comment goes along. */
            reason?: string;
            /** @description Posted on the ticket by this call: both or neither. The reason where none is given. */
            with_comment?: components["schemas"]["WithCommentInRequest"];
            /** Format: int64 */
            to_user_id?: number;
            /**
             * Format: int64
             * @description The same as `to_user_id`.
             */
            user_id?: number;
        };
        /** @description What can be said of a transition, but for the steps that it joins. */
        TransitionDocument: {
            from: string;
            to: string;
            name: string;
            outcome?: components["schemas"]["OutcomeEnum"];
            requires_comment?: boolean;
            is_automatic?: boolean;
            condition?: {
                [key: string]: unknown;
            } | null;
            order?: number;
        };
        /** @description What can be said of a transition, but for the steps that it joins. */
        TransitionDocumentRequest: {
            from: string;
            to: string;
            name: string;
            outcome?: components["schemas"]["OutcomeEnum"];
            requires_comment?: boolean;
            is_automatic?: boolean;
            condition?: {
                [key: string]: unknown;
            } | null;
            order?: number;
        };
        TransitionOut: {
            id: number;
            from_step: number;
            to_step: number;
            name: string;
            outcome: components["schemas"]["OutcomeEnum"];
            requires_comment: boolean;
            is_automatic: boolean;
            condition: {
                [key: string]: unknown;
            } | null;
            order: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        VerbInRequest: {
            expected_version?: number | null;
        };
        /**
         * @description * `accepted` - Accepted
         *     * `duplicate` - Duplicate
         *     * `updated` - Updated
         *     * `reopened` - Reopened
         *     * `stale` - Stale
         *     * `unmatched` - Unmatched
         *     * `cancelled` - Cancelled
         *     * `invalid` - Invalid
         *     * `unreadable` - Unreadable
         * @enum {string}
         */
        VerdictEnum: "accepted" | "duplicate" | "updated" | "reopened" | "stale" | "unmatched" | "cancelled" | "invalid" | "unreadable";
        /** @description What was found between `after_id` and `last_id`. Go on with `after_id=last_id` until `is_complete`. */
        VerificationOut: {
            valid: boolean;
            is_complete: boolean;
            checked: number;
            last_id: number;
            last_hash: string;
            first_bad_id: number | null;
            problem: string;
        };
        /** @description A deployed version with its steps, transitions and working hours, as tasks run on it. */
        VersionDetailOut: {
            id: number;
            workflow: number;
            number: number;
            name: string;
            readonly is_current: boolean;
            end_logic: string;
            sla_seconds: {
                [key: string]: number;
            };
            at_risk_percent: number;
            coordinator_role_id: number;
            redeployed_from: number | null;
            deployed_by_id: number | null;
            readonly deployed_by: components["schemas"]["PersonOut"] | null;
            /** @description Who asked somebody else to deploy it. */
            readonly requested_by: components["schemas"]["PersonOut"] | null;
            reason: string;
            /** Format: date-time */
            deployed_at: string;
            running_tasks: number;
            calendar: {
                [key: string]: unknown;
            } | null;
            field_types: {
                [key: string]: "number" | "money" | "date" | "date_time" | "yes_no" | "choice" | "text";
            };
            decisive_fields: string[];
            reopen_days: number;
            escalation_trigger: components["schemas"]["EscalationTriggerEnum"];
            second_escalation_role_id: number | null;
            second_escalation_after: number | null;
            hand_over_after: number | null;
            steps: components["schemas"]["VersionStepOut"][];
            transitions: components["schemas"]["VersionTransitionOut"][];
        };
        /** @description A deployed version without its graph. */
        VersionOut: {
            id: number;
            workflow: number;
            number: number;
            name: string;
            readonly is_current: boolean;
            end_logic: string;
            sla_seconds: {
                [key: string]: number;
            };
            at_risk_percent: number;
            coordinator_role_id: number;
            redeployed_from: number | null;
            deployed_by_id: number | null;
            readonly deployed_by: components["schemas"]["PersonOut"] | null;
            /** @description Who asked somebody else to deploy it. */
            readonly requested_by: components["schemas"]["PersonOut"] | null;
            reason: string;
            /** Format: date-time */
            deployed_at: string;
            running_tasks: number;
        };
        /** @description What is said of a step. `role` and `escalate_to` are names. */
        VersionStepOut: {
            id: number;
            name: string;
            description: string;
            instruction: string;
            kind: components["schemas"]["StepKindEnum"];
            role_id: number | null;
            readonly role: string | null;
            escalate_to_id: number | null;
            readonly escalate_to: string | null;
            assignment: components["schemas"]["AssignmentEnum"];
            /** Format: decimal */
            weight: string;
            approval: components["schemas"]["ApprovalOut"];
            is_start: boolean;
            is_end: boolean;
            end_status: components["schemas"]["EndStatusEnum"] | components["schemas"]["BlankEnum"];
            return_cap: number;
            is_reopen: boolean;
            position: components["schemas"]["PositionOut"];
            order: number;
            key: number;
            /** Format: decimal */
            share: string;
        };
        VersionTransitionOut: {
            id: number;
            from_step: number;
            to_step: number;
            name: string;
            outcome: components["schemas"]["OutcomeEnum"];
            requires_comment: boolean;
            is_automatic: boolean;
            condition: {
                [key: string]: unknown;
            } | null;
            order: number;
            key: number;
        };
        /**
         * @description * `internal` - internal
         *     * `public` - public
         * @enum {string}
         */
        VisibilityEnum: "internal" | "public";
        VisitClockOut: {
            /** Format: date-time */
            due_at: string | null;
            /** Format: date-time */
            at_risk_at: string | null;
            state: components["schemas"]["SlaStateEnum"];
            /** @description Working time left; negative when late. */
            remaining_seconds: number | null;
            paused: boolean;
            target_seconds: number;
            used_seconds: number;
            /** Format: date-time */
            breached_at: string | null;
            elapsed_seconds: number;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            stopped_at: string | null;
            at_risk_percent: number;
            calendar: {
                [key: string]: unknown;
            } | null;
            events: components["schemas"]["ClockEventOut"][];
            facts: components["schemas"]["ClockFactOut"][];
            intervals: components["schemas"]["IntervalOut"][];
            cycle: number;
            visit: number;
            step: components["schemas"]["NamedOut"];
        };
        VoteOut: {
            person: components["schemas"]["PersonOut"];
            outcome: components["schemas"]["OutcomeEnum"];
            comment: string;
            /** Format: date-time */
            cast_at: string;
            is_role_since_removed: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        WaiveInRequest: {
            reason: string;
        };
        /**
         * @description * `running` - running
         *     * `paused` - paused
         *     * `outside_hours` - outside_hours
         *     * `holiday` - holiday
         * @enum {string}
         */
        WhyEnum: "running" | "paused" | "outside_hours" | "holiday";
        WhyOut: {
            person: components["schemas"]["PersonOut"];
            role: string;
            is_owner: boolean;
            origin: string;
            reason: string;
            /** @description Of a reason that the system itself gives; empty for the words of a person. */
            reason_code: string;
            /** @description In plain words. */
            explanation: string;
            /** @description The sentences of the explanation by code. */
            explanation_parts: components["schemas"]["ExplanationPartOut"][];
            strategy: string | null;
            candidates: components["schemas"]["PersonOut"][];
            passed_over: components["schemas"]["PassedOverOut"][];
            cursor_before: number | null;
            cursor_after: number | null;
            /** @description Whom the stored facts give, again. */
            replayed_user_id: number | null;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string | null;
            end_reason: string;
        };
        /** @description As messaging takes a comment: what it would refuse is refused here, before anything is done. */
        WithCommentInRequest: {
            text: string;
            visibility: components["schemas"]["VisibilityEnum"];
            /** @description The client's own: posted once, however often it is sent. */
            client_id: string;
            /** @description User ids. */
            mentions?: number[];
            /** @description Own uploads on the ticket, in messaging. */
            uploads?: number[];
        };
        /** @description A workflow as one file, as `export/` gives it. */
        WorkflowDocument: {
            format: string;
            name: string;
            description?: string;
            category?: string;
            sub_category?: string;
            department?: string;
            is_default?: boolean;
            end_logic?: components["schemas"]["EndLogicEnum"];
            at_risk_percent?: number;
            sla_seconds?: components["schemas"]["SlaDocument"];
            field_types?: {
                [key: string]: "number" | "money" | "date" | "date_time" | "yes_no" | "choice" | "text";
            };
            decisive_fields?: string[];
            reopen_days?: number;
            escalation_trigger?: components["schemas"]["EscalationTriggerEnum"];
            second_escalation_role?: string | null;
            second_escalation_after?: (number | string) | null;
            hand_over_after?: (number | string) | null;
            calendar?: (string | Record<string, never>) | null;
            coordinator_role?: string | null;
            steps: components["schemas"]["StepDocument"][];
            transitions: components["schemas"]["TransitionDocument"][];
        };
        /** @description A workflow as one file, as `export/` gives it. */
        WorkflowDocumentRequest: {
            format: string;
            name: string;
            description?: string;
            category?: string;
            sub_category?: string;
            department?: string;
            is_default?: boolean;
            end_logic?: components["schemas"]["EndLogicEnum"];
            at_risk_percent?: number;
            sla_seconds?: components["schemas"]["SlaDocumentRequest"];
            field_types?: {
                [key: string]: "number" | "money" | "date" | "date_time" | "yes_no" | "choice" | "text";
            };
            decisive_fields?: string[];
            reopen_days?: number;
            escalation_trigger?: components["schemas"]["EscalationTriggerEnum"];
            second_escalation_role?: string | null;
            second_escalation_after?: (number | string) | null;
            hand_over_after?: (number | string) | null;
            calendar?: (string | Record<string, never>) | null;
            coordinator_role?: string | null;
            steps: components["schemas"]["StepDocumentRequest"][];
            transitions: components["schemas"]["TransitionDocumentRequest"][];
        };
        /** @description What a person may say of a workflow. Empty department or sub-category: any. */
        WorkflowFieldsRequest: {
            name: string;
            description?: string;
            category?: string;
            sub_category?: string;
            department?: string;
            is_default?: boolean;
            end_logic?: components["schemas"]["EndLogicEnum"];
            low_sla?: (number | string) | null;
            medium_sla?: (number | string) | null;
            high_sla?: (number | string) | null;
            urgent_sla?: (number | string) | null;
            at_risk_percent?: number;
            field_types?: {
                [key: string]: "number" | "money" | "date" | "date_time" | "yes_no" | "choice" | "text";
            };
            decisive_fields?: string[];
            reopen_days?: number;
            escalation_trigger?: components["schemas"]["EscalationTriggerEnum"];
            /** Format: int64 */
            second_escalation_role_id?: number | null;
            second_escalation_after?: (number | string) | null;
            hand_over_after?: (number | string) | null;
            /** Format: int64 */
            calendar_id?: number | null;
            /** Format: int64 */
            coordinator_role_id?: number | null;
        };
        /** @description A workflow. `*_sla` are seconds; `current_version` is the deployed version's number. */
        WorkflowOut: {
            id: number;
            name: string;
            description: string;
            status: components["schemas"]["WorkflowStatusEnum"];
            is_archived: boolean;
            category: string;
            sub_category: string;
            department: string;
            is_default: boolean;
            end_logic: components["schemas"]["EndLogicEnum"];
            low_sla: number | null;
            medium_sla: number | null;
            high_sla: number | null;
            urgent_sla: number | null;
            at_risk_percent: number;
            field_types: {
                [key: string]: "number" | "money" | "date" | "date_time" | "yes_no" | "choice" | "text";
            };
            decisive_fields: string[];
            reopen_days: number;
            escalation_trigger: components["schemas"]["EscalationTriggerEnum"];
            readonly second_escalation_role: {
                id: number | null;
                name: string;
            } | null;
            second_escalation_after: number | null;
            hand_over_after: number | null;
            calendar: components["schemas"]["NamedOut"] | null;
            readonly coordinator_role: {
                id: number | null;
                name: string;
            } | null;
            edit_version: number;
            readonly current_version: number | null;
            has_undeployed_changes: boolean;
            /** @description Somebody asked for a deploy of the draft as it is. */
            is_deploy_requested: boolean;
            running_tasks: number;
            legal_moves: string[];
            is_waiting_for_roles: boolean;
            created_by_id: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * @description * `draft` - Draft
         *     * `initialized` - Initialized
         *     * `deployed` - Deployed
         *     * `paused` - Paused
         * @enum {string}
         */
        WorkflowStatusEnum: "draft" | "initialized" | "deployed" | "paused";
        /** @description What a person may say of a workflow. Empty department or sub-category: any. */
        WorkflowUpdateInRequest: {
            name: string;
            description?: string;
            category?: string;
            sub_category?: string;
            department?: string;
            is_default?: boolean;
            end_logic?: components["schemas"]["EndLogicEnum"];
            low_sla?: (number | string) | null;
            medium_sla?: (number | string) | null;
            high_sla?: (number | string) | null;
            urgent_sla?: (number | string) | null;
            at_risk_percent?: number;
            field_types?: {
                [key: string]: "number" | "money" | "date" | "date_time" | "yes_no" | "choice" | "text";
            };
            decisive_fields?: string[];
            reopen_days?: number;
            escalation_trigger?: components["schemas"]["EscalationTriggerEnum"];
            /** Format: int64 */
            second_escalation_role_id?: number | null;
            second_escalation_after?: (number | string) | null;
            hand_over_after?: (number | string) | null;
            /** Format: int64 */
            calendar_id?: number | null;
            /** Format: int64 */
            coordinator_role_id?: number | null;
            edit_version: number;
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
