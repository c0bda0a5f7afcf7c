// Generated from docs/openapi/auth.yaml by `npm run generate-api`. Do not edit.

export interface components {
    schemas: {
        /** @description What has to be entered at the provider. */
        AddressesOut: {
            redirect_uri: string;
            post_logout_redirect_uri: string;
            backchannel_logout_uri: string;
            frontchannel_logout_uri: string;
        };
        AgentOut: {
            user_id: number;
            full_name: string;
            /** Format: email */
            email: string;
            avatar_url: string;
            is_active: boolean;
            readonly roles: string[];
        };
        AnswerInRequest: {
            id: string;
            rawId: string;
            type: components["schemas"]["TypeEnum"];
            response: components["schemas"]["AssertionInRequest"];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ApiKeyInRequest: {
            /** @description The service that will use it */
            name: string;
            scopes: components["schemas"]["ScopesEnum"][];
            /** Format: date-time */
            expires_at?: string;
        };
        ApiKeyOut: {
            readonly id: number;
            readonly name: string;
            scopes: string[];
            readonly prefix: string;
            readonly is_live: boolean;
            /** Format: date-time */
            readonly created_at: string;
            readonly created_by_id: number | null;
            /** Format: date-time */
            readonly expires_at: string | null;
            /** Format: date-time */
            readonly revoked_at: string | null;
            /** Format: date-time */
            readonly last_used_at: string | null;
        };
        AssertionInRequest: {
            clientDataJSON: string;
            authenticatorData: string;
            signature: string;
            userHandle?: string | null;
        };
        AttestationInRequest: {
            clientDataJSON: string;
            attestationObject: string;
            transports?: string[];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        AvatarInRequest: {
            /**
             * Format: binary
             * @description JPEG, PNG or WebP, at most 20 MB
             */
            file: string;
        };
        /** @enum {unknown} */
        BlankEnum: "";
        ButtonOut: {
            slug: string;
            name: string;
            /** @description Where the browser begins; `next` names a path to go on to */
            start_url: string;
        };
        ButtonsOut: {
            providers: components["schemas"]["ButtonOut"][];
        };
        ChallengeInRequest: {
            challenge: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ChangeInRequest: {
            current_password: string;
            new_password: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        CheckInRequest: {
            key: string;
        };
        CheckOut: {
            name: string;
            scopes: string[];
            /** Format: date-time */
            expires_at: string | null;
        };
        /** @description Which claim says what; a path with dots leads into objects. */
        ClaimsInRequest: {
            email?: string;
            email_verified?: string;
            first_name?: string;
            last_name?: string;
            full_name?: string;
            username?: string;
            groups?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        CodeInRequest: {
            code: string;
        };
        ConfiguredOut: {
            providers: components["schemas"]["ConfiguredProviderOut"][];
        };
        /** @description A provider of the setting `OIDC_PROVIDERS`. */
        ConfiguredProviderOut: {
            slug: string;
            name: string;
            issuer: string;
            client_id: string;
            readonly has_client_secret: boolean;
            roles: components["schemas"]["RoleRuleIn"][];
            creates_accounts: boolean;
            links_accounts: boolean;
            requires_verified_email: boolean;
            asks_second_factor: boolean;
            is_active: boolean;
            addresses: components["schemas"]["AddressesOut"];
        };
        DifferenceOut: {
            missing: {
                [key: string]: unknown;
            }[];
            extra: {
                [key: string]: unknown;
            }[];
            outdated: {
                [key: string]: unknown;
            }[];
        };
        DoneOut: {
            detail: string;
        };
        DriftOut: {
            consumer: string;
            /** Format: date-time */
            checked_at: string;
            is_in_sync: boolean;
            /** @description News of roles and members that is still on its way */
            messages_waiting: number;
            roles: components["schemas"]["DifferenceOut"];
            members: components["schemas"]["DifferenceOut"];
        };
        /** @description A code was mailed to the new address; the same request with `email_code` makes the changes. */
        EmailCodeOut: {
            email_code_required: boolean;
            /** Format: email */
            email: string;
            /** @description Seconds until the code is void */
            expires_in: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        EmployeeInRequest: {
            /** @description The help desk's own id */
            source_id: string;
            /** Format: email */
            email: string;
            first_name: string;
            last_name: string;
            department?: string;
            company_id?: string;
            phone_number?: string;
        };
        EmployeeOut: {
            readonly id: number;
            user_id: number;
            full_name: string;
            /** Format: email */
            email: string;
            department: string;
            company_id: string;
            is_active: boolean;
            readonly source_id: string;
            readonly status: components["schemas"]["StatusEnum"];
            readonly reason: string;
            readonly decided_by_id: number | null;
            /** Format: date-time */
            readonly decided_at: string | null;
            /** Format: date-time */
            readonly created_at: string;
        };
        EmployeeResultOut: {
            source_id: string;
            /** @description Pending, Approved, Rejected, or failed */
            status: string;
            user_id?: number;
            is_new?: boolean;
            code?: string;
            detail?: string;
        };
        EmployeeResultsOut: {
            results: components["schemas"]["EmployeeResultOut"][];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        EmployeesInRequest: {
            employees: components["schemas"]["EmployeeInRequest"][];
        };
        /**
         * @description * `ok` - ok
         *     * `unreachable` - unreachable
         *     * `timeout` - timeout
         *     * `certificate` - certificate
         *     * `http_status` - http_status
         *     * `unreadable` - unreadable
         *     * `issuer_mismatch` - issuer_mismatch
         *     * `endpoint_invalid` - endpoint_invalid
         *     * `no_keys` - no_keys
         * @enum {string}
         */
        FindingEnum: "ok" | "unreachable" | "timeout" | "certificate" | "http_status" | "unreadable" | "issuer_mismatch" | "endpoint_invalid" | "no_keys";
        /** @description Fields that are unknown or not for writing are refused by name. */
        ForgotInRequest: {
            /** @description E-mail address or user name */
            email: string;
            captcha?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        HoldInRequest: {
            user_id: number;
            role_id: number;
            settings?: {
                [key: string]: unknown;
            };
        };
        /** @description One person's hold on one role. `is_effective` is false when the hold or the person is switched off. */
        HoldOut: {
            readonly id: number;
            user: components["schemas"]["PersonOut"];
            user_email: string;
            system: string;
            role_id: number;
            role_name: string;
            readonly is_active: boolean;
            readonly is_effective: boolean;
            settings: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            readonly assigned_at: string;
            readonly version: number;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ImportInRequest: {
            /**
             * Format: binary
             * @description CSV of Excel or a directory: email, last_name and others
             */
            file: string;
            /**
             * @description Only tell what would happen
             * @default false
             */
            dry_run: boolean;
            /**
             * @description Add the good rows although others are at fault
             * @default false
             */
            skip_faulty: boolean;
            /**
             * @description Mail everybody a link to set a password
             * @default false
             */
            invite: boolean;
        };
        ImportOut: {
            is_imported: boolean;
            good: number;
            failed: number;
            /** @description Columns that are not used */
            ignored_columns: string[];
            rows: components["schemas"]["RowOut"][];
        };
        /** @description What administrators may change about a person. */
        InvitationInRequest: {
            username?: string;
            first_name: string;
            middle_name?: string;
            last_name: string;
            suffix?: string;
            phone_number?: string;
            time_zone?: string;
            /**
             * @description Of the user interface; empty: the language that the browser asks for
             *
             *     * `en` - English
             *     * `de` - German
             */
            language?: components["schemas"]["LanguageEnum"] | components["schemas"]["BlankEnum"];
            /** Format: email */
            email: string;
            department?: string;
            company_id?: string;
            roles?: components["schemas"]["RoleGivenRequest"][];
        };
        /** @description What the person who follows the link sees before they choose a password. */
        InvitationOut: {
            /** Format: email */
            email: string;
            full_name: string;
            /** Format: date-time */
            expires_at: string;
            id: number;
            user_id: number;
            /** Format: date-time */
            created_at: string;
            invited_by_id: number | null;
        };
        /** @description What the person who follows the link sees before they choose a password. */
        InvitedOut: {
            /** Format: email */
            email: string;
            full_name: string;
            /** Format: date-time */
            expires_at: string;
        };
        JWKOut: {
            kty: string;
            n: string;
            e: string;
            use: string;
            alg: string;
            kid: string;
        };
        JWKS: {
            keys: components["schemas"]["JWKOut"][];
        };
        /**
         * @description * `signed_in` - Signed In
         *     * `sign_in_failed` - Sign In Failed
         *     * `signed_out` - Signed Out
         *     * `otp_sent` - Otp Sent
         *     * `otp_failed` - Otp Failed
         *     * `otp_changed` - Otp Changed
         *     * `passkey_added` - Passkey Added
         *     * `passkey_renamed` - Passkey Renamed
         *     * `passkey_removed` - Passkey Removed
         *     * `passkey_count_went_back` - Passkey Count Went Back
         *     * `account_locked` - Account Locked
         *     * `account_unlocked` - Account Unlocked
         *     * `session_revoked` - Session Revoked
         *     * `sessions_revoked` - Sessions Revoked
         *     * `refresh_reused` - Refresh Reused
         *     * `password_changed` - Password Changed
         *     * `password_reset_requested` - Password Reset Requested
         *     * `password_reset` - Password Reset
         *     * `user_created` - User Created
         *     * `user_changed` - User Changed
         *     * `user_activated` - User Activated
         *     * `user_deactivated` - User Deactivated
         *     * `user_deleted` - User Deleted
         *     * `user_invited` - User Invited
         *     * `invitation_accepted` - Invitation Accepted
         *     * `users_imported` - Users Imported
         *     * `role_created` - Role Created
         *     * `role_changed` - Role Changed
         *     * `role_deleted` - Role Deleted
         *     * `role_assigned` - Role Assigned
         *     * `role_removed` - Role Removed
         *     * `api_key_created` - Api Key Created
         *     * `api_key_revoked` - Api Key Revoked
         *     * `employee_approved` - Employee Approved
         *     * `employee_rejected` - Employee Rejected
         *     * `events_exported` - Events Exported
         *     * `snapshot_sent` - Snapshot Sent
         *     * `provider_changed` - Provider Changed
         *     * `identity_linked` - Identity Linked
         *     * `retention_changed` - Retention Changed
         *     * `retention_ran` - Retention Ran
         *     * `person_erased` - Person Erased
         *     * `password_sign_in_changed` - Password Sign In Changed
         * @enum {string}
         */
        KindEnum: "signed_in" | "sign_in_failed" | "signed_out" | "otp_sent" | "otp_failed" | "otp_changed" | "passkey_added" | "passkey_renamed" | "passkey_removed" | "passkey_count_went_back" | "account_locked" | "account_unlocked" | "session_revoked" | "sessions_revoked" | "refresh_reused" | "password_changed" | "password_reset_requested" | "password_reset" | "user_created" | "user_changed" | "user_activated" | "user_deactivated" | "user_deleted" | "user_invited" | "invitation_accepted" | "users_imported" | "role_created" | "role_changed" | "role_deleted" | "role_assigned" | "role_removed" | "api_key_created" | "api_key_revoked" | "employee_approved" | "employee_rejected" | "events_exported" | "snapshot_sent" | "provider_changed" | "identity_linked" | "retention_changed" | "retention_ran" | "person_erased" | "password_sign_in_changed";
        /**
         * @description * `en` - English
         *     * `de` - German
         * @enum {string}
         */
        LanguageEnum: "en" | "de";
        /** @description Fields that are unknown or not for writing are refused by name. */
        LinkInRequest: {
            /** @description From the link */
            token: string;
        };
        Login: components["schemas"]["SignedInOut"] | components["schemas"]["OtpRequiredOut"];
        LoginInRequest: {
            /** @description E-mail address or user name */
            email: string;
            password: string;
            captcha?: string;
        };
        LogoutTokenInRequest: {
            logout_token: string;
        };
        NewApiKeyOut: {
            readonly id: number;
            readonly name: string;
            scopes: string[];
            readonly prefix: string;
            readonly is_live: boolean;
            /** Format: date-time */
            readonly created_at: string;
            readonly created_by_id: number | null;
            /** Format: date-time */
            readonly expires_at: string | null;
            /** Format: date-time */
            readonly revoked_at: string | null;
            /** Format: date-time */
            readonly last_used_at: string | null;
            /** @description Shown this one time */
            key: string;
        };
        NewCredentialInRequest: {
            id: string;
            rawId: string;
            type: components["schemas"]["TypeEnum"];
            response: components["schemas"]["AttestationInRequest"];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        NewPasskeyInRequest: {
            name: string;
            credential: components["schemas"]["NewCredentialInRequest"];
        };
        /** @description What administrators may change about a person. */
        NewUserInRequest: {
            username?: string;
            first_name: string;
            middle_name?: string;
            last_name: string;
            suffix?: string;
            phone_number?: string;
            time_zone?: string;
            /**
             * @description Of the user interface; empty: the language that the browser asks for
             *
             *     * `en` - English
             *     * `de` - German
             */
            language?: components["schemas"]["LanguageEnum"] | components["schemas"]["BlankEnum"];
            /** Format: email */
            email: string;
            department?: string;
            company_id?: string;
            /** @description Without one, invite the person */
            password?: string;
            roles?: components["schemas"]["RoleGivenRequest"][];
        };
        OtpInRequest: {
            challenge: string;
            code: string;
        };
        /**
         * @description * `none` - Password only
         *     * `email` - Code by e-mail
         *     * `totp` - Authenticator app
         *     * `passkey` - Passkey
         * @enum {string}
         */
        OtpMethod: "none" | "email" | "totp" | "passkey";
        /** @description Fields that are unknown or not for writing are refused by name. */
        OtpMethodInRequest: {
            method: components["schemas"]["SecondFactor"];
            current_password: string;
        };
        OtpOut: {
            method: components["schemas"]["OtpMethod"];
            recovery_codes_left: number;
        };
        OtpRequiredOut: {
            otp_required: boolean;
            challenge: string;
            method: components["schemas"]["SecondFactor"];
            /** @description Whether a passkey will do instead of the code */
            takes_passkey: boolean;
            expires_in: number;
        };
        OtpSetupOut: {
            method: components["schemas"]["OtpMethod"];
            recovery_codes_left: number;
            /** @description For the authenticator app; shown once */
            secret?: string;
            /** @description The same as an `otpauth:` address, for a QR code */
            uri?: string;
            /** @description For the day the passkeys are lost; shown once */
            recovery_codes?: string[];
        };
        OwnPasswordOut: {
            has_password: boolean;
            /** @description Whether password sign-in is on for this account */
            is_allowed: boolean;
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
        PaginatedApiKeyOutList: {
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
            results: components["schemas"]["ApiKeyOut"][];
        };
        PaginatedEmployeeOutList: {
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
            results: components["schemas"]["EmployeeOut"][];
        };
        PaginatedHoldOutList: {
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
            results: components["schemas"]["HoldOut"][];
        };
        PaginatedInvitationOutList: {
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
            results: components["schemas"]["InvitationOut"][];
        };
        PaginatedPasskeyOutList: {
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
            results: components["schemas"]["PasskeyOut"][];
        };
        PaginatedProviderOutList: {
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
            results: components["schemas"]["ProviderOut"][];
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
        PaginatedSecurityEventOutList: {
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
            results: components["schemas"]["SecurityEventOut"][];
        };
        PaginatedSessionOutList: {
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
            results: components["schemas"]["SessionOut"][];
        };
        PaginatedSystemOutList: {
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
            results: components["schemas"]["SystemOut"][];
        };
        PaginatedSystemRoleOutList: {
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
            results: components["schemas"]["SystemRoleOut"][];
        };
        PaginatedUserOutList: {
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
            results: components["schemas"]["UserOut"][];
        };
        PasskeyOptionsInRequest: {
            /** @description Of the second step; without it, the passkey signs in alone */
            challenge?: string;
        };
        PasskeyOptionsOut: {
            /** @description For `navigator.credentials`, in the JSON form of WebAuthn */
            options: {
                [key: string]: unknown;
            };
        };
        PasskeyOut: {
            readonly id: number;
            readonly name: string;
            readonly is_backed_up: boolean;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly last_used_at: string | null;
        };
        PasskeySignInInRequest: {
            credential: components["schemas"]["AnswerInRequest"];
            /** @description Of the second step */
            challenge?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PasswordInRequest: {
            current_password: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedHoldChangeInRequest: {
            is_active?: boolean;
            settings?: {
                [key: string]: unknown;
            };
        };
        /** @description What people may change about themselves. People of one name only give it as the last one. */
        PatchedMeInRequest: {
            username?: string;
            first_name?: string;
            middle_name?: string;
            last_name?: string;
            suffix?: string;
            phone_number?: string;
            time_zone?: string;
            /**
             * @description Of the user interface; empty: the language that the browser asks for
             *
             *     * `en` - English
             *     * `de` - German
             */
            language?: components["schemas"]["LanguageEnum"] | components["schemas"]["BlankEnum"];
            /** Format: email */
            email?: string;
            /** @description Needed to change the e-mail address */
            current_password?: string;
            /** @description The code that was mailed to the new address. Without it one is sent, and nothing is changed */
            email_code?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedPasskeyNameInRequest: {
            name?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedProviderInRequest: {
            /** @description Part of the addresses of this provider */
            slug?: string;
            /** @description On the button */
            name?: string;
            /** @description Exactly as the provider writes it */
            issuer?: string;
            client_id?: string;
            /** @description Stored encrypted, never shown; empty for a public client */
            client_secret?: string;
            scopes?: string[];
            claims?: components["schemas"]["ClaimsInRequest"];
            roles?: components["schemas"]["RoleRuleInRequest"][];
            creates_accounts?: boolean;
            links_accounts?: boolean;
            requires_verified_email?: boolean;
            asks_second_factor?: boolean;
            is_active?: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedRoleChangeInRequest: {
            name?: string;
            description?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        PatchedSystemChangeInRequest: {
            name?: string;
            description?: string;
            /** @description Off: people all of whose roles are in such systems sign in by a provider only */
            password_sign_in?: boolean;
        };
        /** @description What administrators may change about a person. */
        PatchedUserInRequest: {
            username?: string;
            first_name?: string;
            middle_name?: string;
            last_name?: string;
            suffix?: string;
            phone_number?: string;
            time_zone?: string;
            /**
             * @description Of the user interface; empty: the language that the browser asks for
             *
             *     * `en` - English
             *     * `de` - German
             */
            language?: components["schemas"]["LanguageEnum"] | components["schemas"]["BlankEnum"];
            /** Format: email */
            email?: string;
            department?: string;
            company_id?: string;
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
        ProviderCheckOut: {
            finding: components["schemas"]["FindingEnum"];
            /** @description What was found, in words; empty when all is well */
            detail: string;
            /** @description With `issuer_mismatch`: what it calls itself */
            issuer_found: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ProviderInRequest: {
            /** @description Part of the addresses of this provider */
            slug: string;
            /** @description On the button */
            name: string;
            /** @description Exactly as the provider writes it */
            issuer: string;
            client_id: string;
            /** @description Stored encrypted, never shown; empty for a public client */
            client_secret?: string;
            scopes?: string[];
            claims?: components["schemas"]["ClaimsInRequest"];
            roles?: components["schemas"]["RoleRuleInRequest"][];
            creates_accounts?: boolean;
            links_accounts?: boolean;
            requires_verified_email?: boolean;
            asks_second_factor?: boolean;
            is_active?: boolean;
        };
        ProviderOut: {
            readonly id: number;
            readonly slug: string;
            readonly name: string;
            readonly issuer: string;
            readonly client_id: string;
            readonly has_client_secret: boolean;
            scopes: string[];
            claims: {
                [key: string]: string;
            };
            roles: components["schemas"]["RoleRuleIn"][];
            readonly creates_accounts: boolean;
            readonly links_accounts: boolean;
            readonly requires_verified_email: boolean;
            readonly asks_second_factor: boolean;
            readonly is_active: boolean;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly addresses: components["schemas"]["AddressesOut"];
        };
        ProviderSignOutOut: {
            /** @description Where the browser goes to sign out at the provider as well */
            provider_sign_out: string;
        };
        RecoveryCodesOut: {
            recovery_codes: string[];
        };
        RefreshInRequest: {
            /** @description Scripts; browsers use the cookie */
            refresh?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RejectInRequest: {
            reason: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RequesterIdInRequest: {
            source_service: string;
            id: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ResetInRequest: {
            /** @description From the link */
            token: string;
            password: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        ResetPasswordInRequest: {
            /**
             * @description Also make the present password useless at once
             * @default false
             */
            expire: boolean;
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
        RevocationOut: {
            user_id: number;
            /** @description `sha256:` and the digest of the session's id */
            sid: string | null;
            min_version: number;
            reason: string;
            /** Format: date-time */
            occurred_at: string;
        };
        Revocations: {
            revocations: components["schemas"]["RevocationOut"][];
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RoleChangeInRequest: {
            name: string;
            description?: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RoleGivenRequest: {
            system: string;
            role: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RoleInRequest: {
            name: string;
            description?: string;
            /** @description Slug of the system */
            system: string;
        };
        /** @description `is_protected` roles can be neither renamed nor deleted; `holders` are the active people who hold it. */
        RoleOut: {
            readonly id: number;
            system: string;
            readonly name: string;
            readonly description: string;
            readonly is_custom: boolean;
            is_protected: boolean;
            holders: number;
            readonly version: number;
            /** Format: date-time */
            readonly created_at: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RoleRuleIn: {
            /** @description As the provider names it; `*` is everybody */
            group: string;
            system: string;
            role: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RoleRuleInRequest: {
            /** @description As the provider names it; `*` is everybody */
            group: string;
            system: string;
            role: string;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        RotateInRequest: {
            /**
             * @description How long the old key stays good
             * @default 24
             */
            overlap_hours: number;
        };
        RowErrorOut: {
            code: string;
            detail: string;
            attr: string | null;
            /** @description The heading of the column in the file */
            column: string | null;
        };
        RowOut: {
            row: number;
            email: string;
            errors: components["schemas"]["RowErrorOut"][];
            /** @description What was left out of a row that is good */
            notes: components["schemas"]["RowErrorOut"][];
        };
        /**
         * @description * `notifications` - Send notices and mails
         *     * `ams` - Pull and acknowledge hand-offs of the asset system
         *     * `bms` - Pull and acknowledge hand-offs of the budget system
         *     * `tickets` - Fetch the files of the help desk's tickets
         *     * `employees` - Send the help desk's employees
         *     * `scim` - Provision people and groups by SCIM
         * @enum {string}
         */
        ScopesEnum: "notifications" | "ams" | "bms" | "tickets" | "employees" | "scim";
        /**
         * @description * `email` - email
         *     * `totp` - totp
         *     * `passkey` - passkey
         * @enum {string}
         */
        SecondFactor: "email" | "totp" | "passkey";
        SecurityEventOut: {
            readonly id: number;
            /** Format: date-time */
            readonly occurred_at: string;
            readonly kind: components["schemas"]["KindEnum"];
            readonly actor_id: number | null;
            readonly user_id: number | null;
            readonly address: string | null;
            readonly device: string;
            readonly request_id: string;
            details: {
                [key: string]: unknown;
            };
        };
        SessionOut: {
            readonly sid: string;
            readonly device: string;
            readonly address: string | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly last_seen_at: string;
            /** Format: date-time */
            readonly expires_at: string;
            readonly is_current: boolean;
        };
        SignedInOut: {
            access: string;
            expires_in: number;
            user: components["schemas"]["SignedInUserOut"];
        };
        SignedInUserOut: {
            user_id: number;
            id: number;
            /** Format: email */
            email: string;
            username: string;
            full_name: string;
            avatar_url: string;
            otp_method: components["schemas"]["OtpMethod"];
            readonly roles: {
                [key: string]: string[];
            };
        };
        SnapshotOut: {
            snapshot_id: string;
            /** Format: date-time */
            taken_at: string;
            roles: number;
            members: number;
            people: number;
        };
        /**
         * @description * `Pending` - Pending
         *     * `Approved` - Approved
         *     * `Rejected` - Rejected
         * @enum {string}
         */
        StatusEnum: "Pending" | "Approved" | "Rejected";
        /** @description Fields that are unknown or not for writing are refused by name. */
        SystemInRequest: {
            name: string;
            description?: string;
            slug: string;
        };
        SystemOut: {
            readonly id: number;
            readonly slug: string;
            readonly name: string;
            readonly description: string;
            readonly password_sign_in: boolean;
            /** Format: date-time */
            readonly created_at: string;
        };
        SystemRoleOut: {
            readonly id: number;
            system: string;
            readonly name: string;
            readonly description: string;
            readonly is_protected: boolean;
            readonly needs_holder: boolean;
        };
        /** @description Fields that are unknown or not for writing are refused by name. */
        TicketRefInRequest: {
            ticket_number: string;
            source_service: string;
            source_number: string;
        };
        TokenGoodOut: {
            token_type: string;
            user_id: number;
            /** Format: date-time */
            expires_at: string;
        };
        TokenInRequest: {
            /** @description E-mail address or user name */
            username: string;
            password: string;
            captcha?: string;
        };
        TokenPairOut: {
            access: string;
            /** @description Only when the token came in the body */
            refresh?: string;
            expires_in: number;
        };
        TokenTextInRequest: {
            token: string;
        };
        /**
         * @description * `public-key` - public-key
         * @enum {string}
         */
        TypeEnum: "public-key";
        /** @description What administrators may change about a person. */
        UserInRequest: {
            username: string;
            first_name: string;
            middle_name: string;
            last_name: string;
            suffix: string;
            phone_number: string;
            time_zone?: string;
            /**
             * @description Of the user interface; empty: the language that the browser asks for
             *
             *     * `en` - English
             *     * `de` - German
             */
            language?: components["schemas"]["LanguageEnum"] | components["schemas"]["BlankEnum"];
            /** Format: email */
            email: string;
            department: string;
            company_id: string;
        };
        /** @description A person as administrators, and the person, see them. `roles` holds those that count now. */
        UserOut: {
            readonly id: number;
            user_id: number;
            /** Format: email */
            readonly email: string;
            readonly username: string;
            readonly first_name: string;
            readonly middle_name: string;
            readonly last_name: string;
            readonly suffix: string;
            readonly phone_number: string;
            readonly time_zone: string;
            /** @description Of the user interface; empty: the language that the browser asks for */
            language: string;
            full_name: string;
            readonly department: string;
            readonly company_id: string;
            avatar_url: string;
            readonly is_active: boolean;
            readonly is_locked: boolean;
            /** Format: date-time */
            readonly locked_until: string | null;
            has_password: boolean;
            can_sign_in: boolean;
            readonly otp_method: components["schemas"]["OtpMethod"];
            /** @description How many there are. */
            readonly passkeys: number;
            /** Format: date-time */
            readonly last_login: string | null;
            /** Format: date-time */
            readonly date_joined: string;
            readonly version: number;
            readonly roles: {
                [key: string]: string[];
            };
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
