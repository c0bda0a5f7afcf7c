// Generated from docs/openapi/auth.yaml by `npm run generate-api`. Do not edit.

export interface components {
    schemas: {
        AgentOut: {
            user_id: number;
            full_name: string;
            /** Format: email */
            email: string;
            avatar_url: string;
            is_active: boolean;
            readonly roles: string[];
        };
        ChallengeInRequest: {
            challenge: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        ChangeInRequest: {
            current_password: string;
            new_password: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        CodeInRequest: {
            code: string;
        };
        DoneOut: {
            detail: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        ForgotInRequest: {
            /** @description E-mail address or user name */
            email: string;
            captcha?: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
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
        /** @description What administrators may change about a person. */
        InvitationInRequest: {
            username?: string;
            first_name: string;
            middle_name?: string;
            last_name: string;
            suffix?: string;
            phone_number?: string;
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
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
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
        /** @description What administrators may change about a person. */
        NewUserInRequest: {
            username?: string;
            first_name: string;
            middle_name?: string;
            last_name: string;
            suffix?: string;
            phone_number?: string;
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
         * @enum {string}
         */
        OtpMethod: "none" | "email" | "totp";
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
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
            expires_in: number;
        };
        OtpSetupOut: {
            method: components["schemas"]["OtpMethod"];
            recovery_codes_left: number;
            /** @description For the authenticator app; shown once */
            secret?: string;
            /** @description The same as an `otpauth:` address, for a QR code */
            uri?: string;
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
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        PasswordInRequest: {
            current_password: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        PatchedHoldChangeInRequest: {
            is_active?: boolean;
            settings?: {
                [key: string]: unknown;
            };
        };
        /** @description What people may change about themselves. */
        PatchedMeInRequest: {
            username?: string;
            first_name?: string;
            middle_name?: string;
            last_name?: string;
            suffix?: string;
            phone_number?: string;
            /** Format: email */
            email?: string;
            /** @description Needed to change the e-mail address */
            current_password?: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        PatchedRoleChangeInRequest: {
            name?: string;
            description?: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        PatchedSystemChangeInRequest: {
            name?: string;
            description?: string;
        };
        /** @description What administrators may change about a person. */
        PatchedUserInRequest: {
            username?: string;
            first_name?: string;
            middle_name?: string;
            last_name?: string;
            suffix?: string;
            phone_number?: string;
            /** Format: email */
            email?: string;
            department?: string;
            company_id?: string;
        };
        PersonOut: {
            user_id: number;
            full_name: string;
        };
        RecoveryCodesOut: {
            recovery_codes: string[];
        };
        RefreshInRequest: {
            /** @description Scripts; browsers use the cookie */
            refresh?: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        ResetInRequest: {
            /** @description From the link */
            token: string;
            password: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        ResetPasswordInRequest: {
            /**
             * @description Also make the present password useless at once
             * @default false
             */
            expire: boolean;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
        RoleChangeInRequest: {
            name: string;
            description?: string;
        };
        RoleGivenRequest: {
            system: string;
            role: string;
        };
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
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
        /**
         * @description * `email` - email
         *     * `totp` - totp
         * @enum {string}
         */
        SecondFactor: "email" | "totp";
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
        /** @description Refuse fields that are unknown or not for writing: a silent drop looks like success. */
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
        /** @description What administrators may change about a person. */
        UserInRequest: {
            username: string;
            first_name: string;
            middle_name: string;
            last_name: string;
            suffix: string;
            phone_number: string;
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
            full_name: string;
            readonly department: string;
            readonly company_id: string;
            avatar_url: string;
            readonly is_active: boolean;
            readonly is_locked: boolean;
            /** Format: date-time */
            readonly locked_until: string | null;
            has_password: boolean;
            readonly otp_method: components["schemas"]["OtpMethod"];
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
