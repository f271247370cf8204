/** Made from docs/openapi.json by `make types`; not written by hand. */
import type { AccountId, LinkId, SubmissionId } from '../sealed/ids.ts';

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * Format: account-id
     * @description 16 bytes, made by the client.
     */
    readonly AccountId: AccountId;
    /**
     * @description What is told.
     * @enum {string}
     */
    readonly AlertKind: 'arrived' | 'unsaved' | 'unused';
    /** @description An address for mail. */
    readonly AlertMail: {
      readonly to: string;
    };
    /** @description An ntfy topic; its token is never told. */
    readonly AlertNtfy: {
      readonly url: string;
    };
    /** @description The alerts of an account. */
    readonly Alerts: {
      readonly mail: null | components['schemas']['AlertMail'];
      /** @description Whether this server has a mail server to send by. */
      readonly mail_possible: boolean;
      readonly ntfy: null | components['schemas']['AlertNtfy'];
      readonly on: readonly components['schemas']['AlertKind'][];
      /** @description One for each way that is set. */
      readonly state: readonly components['schemas']['AlertState'][];
      readonly webhook: null | components['schemas']['AlertWebhook'];
    };
    /** @description How a way that is set goes. */
    readonly AlertState: {
      readonly failing_since: null | components['schemas']['Time'];
      /** @description Why, in one plain sentence. */
      readonly problem: string | null;
      readonly sent_at: null | components['schemas']['Time'];
      /**
       * Format: int64
       * @description Alerts that are due and not told yet.
       */
      readonly waiting: number;
      readonly way: components['schemas']['AlertWay'];
    };
    /** @description Asks for a test by a way that is set. */
    readonly AlertTest: {
      readonly way: components['schemas']['AlertWay'];
    };
    readonly AlertTested: {
      readonly sent: boolean;
    };
    /**
     * @description A way of telling.
     * @enum {string}
     */
    readonly AlertWay: 'mail' | 'webhook' | 'ntfy';
    /** @description A webhook; its secret is never told. */
    readonly AlertWebhook: {
      /** @description Whether there is a secret that requests are signed with. */
      readonly signed: boolean;
      readonly url: string;
    };
    /**
     * Format: hash
     * @description SHA-256 of a bearer's 32 bytes.
     */
    readonly AuthHash: string;
    /** @description Commits. */
    readonly Commit: {
      /** @description SHA-256 of the sealed manifest. */
      readonly manifest: components['schemas']['Octets'];
      /** @description HMAC-SHA256 under the link's `link-sender`. */
      readonly proof: components['schemas']['Octets'];
    };
    /** @description It is here. */
    readonly Committed: {
      readonly expires_at: components['schemas']['Time'];
      readonly received_at: components['schemas']['Time'];
      readonly state: components['schemas']['ReceivedState'];
    };
    /** @description A link as the desk lists it. */
    readonly DeskLink: {
      /** @description The reader's card, an age file. */
      readonly card: components['schemas']['Octets'];
      readonly closes_at: components['schemas']['Time'];
      readonly created_at: components['schemas']['Time'];
      readonly ended_at: null | components['schemas']['Time'];
      readonly id: components['schemas']['LinkId'];
      readonly invitation: null | components['schemas']['Octets'];
      /** Format: int64 */
      readonly max_bytes: number;
      /** Format: int32 */
      readonly max_files: number;
      readonly receiving: readonly components['schemas']['Receiving'][];
      readonly recipient: string;
      readonly retention: components['schemas']['Span'];
      readonly state: components['schemas']['LinkState'];
      /** Format: int32 */
      readonly uses: number;
      /** Format: int32 */
      readonly uses_left: number;
    };
    readonly DeskLinks: {
      readonly links: readonly components['schemas']['DeskLink'][];
      /** @description How many more there are that the server can not read any more: the record is damaged. */
      readonly unreadable: number;
    };
    /** @description A submission as the desk lists it. */
    readonly DeskSubmission: {
      /** @description A reader asked to erase it: `keep` takes that back for some seconds. */
      readonly asked: boolean;
      /** @description The reader's card, an age file. */
      readonly card: components['schemas']['Octets'];
      readonly expires_at: components['schemas']['Time'];
      readonly files: {
        readonly [key: string]: components['schemas']['FileState'];
      };
      readonly id: components['schemas']['SubmissionId'];
      readonly link: components['schemas']['LinkId'];
      readonly notes: null | components['schemas']['NotesState'];
      readonly opened_at: null | components['schemas']['Time'];
      readonly received_at: components['schemas']['Time'];
      readonly reply: null | components['schemas']['ReplyState'];
      readonly state: components['schemas']['ReceivedState'];
    };
    readonly DeskSubmissions: {
      readonly submissions: readonly components['schemas']['DeskSubmission'][];
      /** @description How many more there are that the server can not read any more: the record is damaged. */
      readonly unreadable: number;
    };
    /** @description The same with what a reader needs to open it. */
    readonly DeskSubmissionWhole: components['schemas']['DeskSubmission'] & {
      /** @description The sealed invitation as it was when the submission was created. */
      readonly invitation: components['schemas']['Octets'];
      /** @description HMAC-SHA256 made by whoever held the link. */
      readonly proof: components['schemas']['Octets'];
    };
    /**
     * @description Who or what ended it.
     * @enum {string}
     */
    readonly ErasedBy: 'reader' | 'sender' | 'expiry' | 'link';
    /** @description Something at the desk changed; the desk reads it again. */
    readonly Event: {
      readonly id: null | components['schemas']['SubmissionId'];
      readonly kind: components['schemas']['Kind'];
      readonly link: null | components['schemas']['LinkId'];
      /**
       * Format: int64
       * @description Sealed bytes that are here, while receiving.
       */
      readonly received: number;
      /**
       * Format: int64
       * @description Sealed bytes announced.
       */
      readonly size: number;
      /** @description The state it is in now, in the words of the lists; for alerts `failing` or `well`. */
      readonly state: string;
    };
    /** @description One file of a submission. */
    readonly FileState: {
      /**
       * Format: int64
       * @description Sealed bytes that are here.
       */
      readonly offset: number;
      readonly saved_at: null | components['schemas']['Time'];
      /**
       * Format: int64
       * @description Sealed bytes.
       */
      readonly size: number;
    };
    /** @description The parts of a one-shot form, in this order. */
    readonly Form: {
      /** @description One for each number, ascending. */
      readonly file: readonly string[];
      /** @description JSON: file number (0-255) to sealed size in bytes. */
      readonly files: string;
      readonly id: components['schemas']['SubmissionId'];
      /**
       * Format: binary
       * @description The sealed manifest.
       */
      readonly manifest: string;
      /** @description HMAC-SHA256 under the link's `link-sender`. */
      readonly proof: components['schemas']['Octets'];
      readonly receipt_hash: components['schemas']['AuthHash'];
    };
    /**
     * @description What changed.
     * @enum {string}
     */
    readonly Kind: 'link' | 'submission' | 'alerts';
    /**
     * Format: link-id
     * @description 16 bytes, made by the client.
     */
    readonly LinkId: LinkId;
    /**
     * @description Where a link is in its life.
     * @enum {string}
     */
    readonly LinkState: 'open' | 'spent' | 'closed' | 'expired';
    /**
     * @description An ntfy topic as it is set. Without `token` the one before is kept while the address is on the
     *     same server; an empty one takes it away.
     */
    readonly NewAlertNtfy: {
      readonly token?: string | null;
      readonly url: string;
    };
    /** @description Takes the place of all that was set. */
    readonly NewAlerts: {
      readonly mail: null | components['schemas']['AlertMail'];
      readonly ntfy: null | components['schemas']['NewAlertNtfy'];
      readonly on: readonly components['schemas']['AlertKind'][];
      readonly webhook: null | components['schemas']['NewAlertWebhook'];
    };
    /** @description A webhook as it is set. Without `secret` the one before is kept; an empty one takes it away. */
    readonly NewAlertWebhook: {
      readonly secret?: string | null;
      readonly url: string;
    };
    /** @description A link as its maker sends it. */
    readonly NewLink: {
      readonly auth_hash: components['schemas']['AuthHash'];
      /** @description Account id to card, an age file. */
      readonly cards: {
        readonly [key: string]: string;
      };
      readonly closes_at: components['schemas']['Time'];
      readonly invitation: components['schemas']['Octets'];
      /** Format: int64 */
      readonly max_bytes: number;
      /** Format: int32 */
      readonly max_files: number;
      readonly recipient: string;
      readonly retention: components['schemas']['Span'];
      /** Format: int32 */
      readonly uses: number;
    };
    /** @description Signs in. */
    readonly NewSession: {
      readonly name: string;
      /** @description HKDF(argon, "dewdrop/v1/sign-in"), 32 bytes. */
      readonly proof: string;
      /** @description Answer a bearer token instead of a cookie. */
      readonly token?: boolean;
    };
    /** @description Announces a submission, or states its whole set of files anew. */
    readonly NewSubmission: {
      /** @description File number (0-255) to sealed size in bytes. */
      readonly files: {
        readonly [key: string]: number;
      };
      readonly receipt_hash: components['schemas']['AuthHash'];
    };
    /** @description A new passphrase. */
    readonly NewUnlock: {
      /** @description The old passphrase's sign-in proof, when it is not the recovery sheet that permits this. */
      readonly proof?: string;
      readonly sign_in_hash: components['schemas']['AuthHash'];
      readonly unlock: components['schemas']['Octets'];
    };
    readonly NewVault: {
      readonly vault: components['schemas']['Octets'];
    };
    /** @description The trainer's notes, as they lie here. */
    readonly NotesState: {
      /** @description When they came. */
      readonly at: components['schemas']['Time'];
      /**
       * Format: int64
       * @description Sealed bytes.
       */
      readonly size: number;
      /**
       * Format: int32
       * @description For If-Match.
       */
      readonly version: number;
    };
    /**
     * Format: base64url
     * @description Bytes as base64url without padding.
     */
    readonly Octets: string;
    /**
     * @description It is open: whoever asks for one that is not gets a problem.
     * @enum {string}
     */
    readonly OpenState: 'open';
    /** @description How the server is doing. */
    readonly Operation: {
      /** @description This request says whom it is forwarded for, and comes from no listed proxy. */
      readonly forwarded_by_stranger: boolean;
      /**
       * Format: int64
       * @description Bytes of the data's disk.
       */
      readonly free: number;
      /**
       * Format: int64
       * @description Free bytes below which nothing new is taken.
       */
      readonly low_water: number;
      readonly now: components['schemas']['Time'];
      /**
       * Format: int64
       * @description Seconds since the last sweep without a failure, or since the start.
       */
      readonly sweep_age: number;
      /** Format: int64 */
      readonly sweep_failures: number;
      /** @description The kernel's clock was set by a time server. */
      readonly synchronised: boolean;
      /** Format: int64 */
      readonly total: number;
      readonly version: string;
    };
    /** @description What became of a piece that was sent to be measured. */
    readonly Probed: {
      /**
       * Format: int64
       * @description Bytes that came.
       */
      readonly bytes: number;
      /**
       * Format: int64
       * @description Milliseconds between the first and the last of them.
       */
      readonly spread: number;
    };
    /** @description What went wrong, for a program (`type`) and for a person (`title`). */
    readonly Problem: {
      /** @description Since when that state holds. */
      readonly at?: components['schemas']['Time'];
      /** @description What exactly, where that helps and tells nobody anything new. */
      readonly detail?: string;
      /** @description State of the link or submission, for whoever proved the right secret. */
      readonly state?: string;
      /**
       * Format: int32
       * @description The HTTP status again.
       */
      readonly status: number;
      /** @description One plain sentence. */
      readonly title: string;
      /** @description A stable kebab-case word. */
      readonly type: string;
    };
    /** @description What the sender keeps. */
    readonly Receipt: {
      readonly by: null | components['schemas']['ErasedBy'];
      readonly erased_at: null | components['schemas']['Time'];
      readonly expires_at: null | components['schemas']['Time'];
      readonly files: {
        readonly [key: string]: components['schemas']['FileState'];
      };
      /** @description A manifest is here. */
      readonly manifest: boolean;
      readonly opened_at: null | components['schemas']['Time'];
      readonly received_at: null | components['schemas']['Time'];
      readonly reply: null | components['schemas']['ReplyState'];
      readonly saved_at: null | components['schemas']['Time'];
      readonly state: components['schemas']['SubmissionState'];
      readonly submission: components['schemas']['SubmissionId'];
    };
    /**
     * @description It was committed, and lives.
     * @enum {string}
     */
    readonly ReceivedState: 'received';
    /** @description A submission on its way. */
    readonly Receiving: {
      /**
       * Format: int64
       * @description Bytes that are here.
       */
      readonly received: number;
      /**
       * Format: int64
       * @description Bytes announced.
       */
      readonly size: number;
      readonly submission: components['schemas']['SubmissionId'];
    };
    /** @description The trainer's reply to the sender. */
    readonly ReplyState: {
      readonly by: null | components['schemas']['ErasedBy'];
      readonly erased_at: null | components['schemas']['Time'];
      readonly replied_at: components['schemas']['Time'];
      /**
       * Format: int64
       * @description Sealed bytes; none once it is erased.
       */
      readonly size: number | null;
      /**
       * Format: int32
       * @description Another one for each reply that takes the place of one before.
       */
      readonly version: number | null;
    };
    /** @description The salt; also for names that nobody has. */
    readonly Salt: {
      /** @description 16 bytes. */
      readonly salt: components['schemas']['Octets'];
    };
    /** @description Asks for the Argon2id salt of a sign-in name. */
    readonly SaltFor: {
      /** @description `[a-z0-9._@-]{3,64}` */
      readonly name: string;
    };
    /** @description What the holder of a link is told. */
    readonly SenderLink: {
      readonly closes_at: components['schemas']['Time'];
      /** @description Sealed with the link's secret. */
      readonly invitation: components['schemas']['Octets'];
      readonly link: components['schemas']['LinkId'];
      /** Format: int64 */
      readonly max_bytes: number;
      /** Format: int32 */
      readonly max_files: number;
      /** @description An age recipient; the page checks its fingerprint before anything else. */
      readonly recipient: string;
      readonly retention: components['schemas']['Span'];
      readonly state: components['schemas']['OpenState'];
      /** Format: int32 */
      readonly uses: number;
    };
    readonly Session: {
      readonly account: components['schemas']['AccountId'];
      readonly expires_at: components['schemas']['Time'];
      readonly token?: string;
    };
    /** @description The first account. */
    readonly SetUp: {
      /** @description Made by the client, because vault and cards name it. */
      readonly account: components['schemas']['AccountId'];
      readonly name: string;
      readonly recovery_hash: components['schemas']['AuthHash'];
      readonly salt: components['schemas']['Octets'];
      readonly sign_in_hash: components['schemas']['AuthHash'];
      /** @description An age file. */
      readonly unlock: components['schemas']['Octets'];
      /** @description An age file. */
      readonly vault: components['schemas']['Octets'];
    };
    readonly SetUpDone: {
      readonly account: components['schemas']['AccountId'];
    };
    /**
     * Format: int64
     * @description A duration in seconds.
     */
    readonly Span: number;
    /**
     * Format: submission-id
     * @description 16 bytes, made by the sender.
     */
    readonly SubmissionId: SubmissionId;
    /**
     * @description Where a submission is in its life.
     * @enum {string}
     */
    readonly SubmissionState: 'receiving' | 'received' | 'erased';
    /**
     * Format: int64
     * @description Seconds since 1970 UTC.
     */
    readonly Time: number;
    /** @description Where each file goes. */
    readonly Uploads: {
      readonly uploads: {
        readonly [key: string]: string;
      };
    };
    /** @description What an account keeps here, sealed; name and salt so that unlocking asks only the passphrase. */
    readonly Vault: {
      readonly account: components['schemas']['AccountId'];
      readonly name: string;
      readonly salt: components['schemas']['Octets'];
      readonly unlock: components['schemas']['Octets'];
      readonly vault: components['schemas']['Octets'];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
