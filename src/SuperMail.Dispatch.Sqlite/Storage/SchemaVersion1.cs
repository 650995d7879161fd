namespace SuperMail.Dispatch.Sqlite;

/// <summary>The first version of the tables. Never changed once it was released: a change is a further step.</summary>
internal static class SchemaVersion1
{
    public const string Sql = """
        -- One row: whose file this is, and how often something was begun in it (LedgerGuard).
        CREATE TABLE ledger (
            identity TEXT NOT NULL,
            begins INTEGER NOT NULL
        ) STRICT;

        -- Written with every window, so kept small: what never changes stands in plan.
        -- segments and cost: of SMS; cost is a decimal in text, so that no cent is lost.
        -- A number is never given twice: what is left of a purged mailing must not become another's.
        CREATE TABLE mailing (
            no INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL UNIQUE,
            external_key TEXT UNIQUE,
            lane TEXT NOT NULL,
            send_before_seal INTEGER NOT NULL,
            not_before INTEGER,
            priority INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            finished_at INTEGER,
            desired INTEGER NOT NULL DEFAULT 0,
            control_version INTEGER NOT NULL DEFAULT 0,
            reason TEXT,
            sealed INTEGER NOT NULL DEFAULT 0,
            running_hash BLOB,
            slices INTEGER NOT NULL DEFAULT 0,
            open_slices INTEGER NOT NULL DEFAULT 0,
            recorded INTEGER NOT NULL DEFAULT 0,
            accepted INTEGER NOT NULL DEFAULT 0,
            sent INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            in_doubt INTEGER NOT NULL DEFAULT 0,
            duplicate INTEGER NOT NULL DEFAULT 0,
            blocked INTEGER NOT NULL DEFAULT 0,
            cancelled INTEGER NOT NULL DEFAULT 0,
            retry INTEGER NOT NULL DEFAULT 0,
            segments INTEGER NOT NULL DEFAULT 0,
            cost TEXT
        ) STRICT;
        CREATE INDEX mailing_unfinished ON mailing (lane, no) WHERE finished_at IS NULL;

        CREATE TABLE plan (
            mailing INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            definition BLOB NOT NULL,
            definition_hash BLOB NOT NULL,
            in_doubt_policy INTEGER NOT NULL,
            resend_of BLOB,
            reader TEXT
        ) STRICT;

        -- state: 0 open, 1 claimed, 2 done. codes: runs of outcome codes from position 0 on (CodeRuns).
        -- owed: recorded positions since settled that must come again in children. last_row: its latest row in outcome.
        CREATE TABLE slice (
            mailing INTEGER NOT NULL,
            no INTEGER NOT NULL,
            parent INTEGER,
            first_ordinal INTEGER NOT NULL,
            count INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            due INTEGER NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            owner TEXT,
            generation INTEGER NOT NULL DEFAULT 0,
            settled INTEGER NOT NULL DEFAULT 0,
            begun INTEGER NOT NULL DEFAULT 0,
            recorded INTEGER NOT NULL DEFAULT 0,
            owed INTEGER NOT NULL DEFAULT 0,
            codes BLOB,
            last_row INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (mailing, no)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX slice_open_root ON slice (mailing, no) WHERE state = 0 AND parent IS NULL;
        CREATE INDEX slice_open_child ON slice (mailing, due, no) WHERE state = 0 AND parent IS NOT NULL;
        CREATE INDEX slice_due ON slice (due) WHERE state = 0 AND parent IS NOT NULL;
        CREATE INDEX slice_claimed ON slice (mailing, no) WHERE state = 1;
        CREATE INDEX slice_root ON slice (mailing, first_ordinal) WHERE parent IS NULL;
        CREATE INDEX slice_child ON slice (mailing, parent) WHERE parent IS NOT NULL;

        -- data: the recipients as the core encoded them, personal data; null once it is deleted. ordinals: of a child.
        CREATE TABLE slice_data (
            id INTEGER PRIMARY KEY,
            mailing INTEGER NOT NULL,
            slice INTEGER NOT NULL,
            ordinals BLOB,
            data BLOB,
            UNIQUE (mailing, slice)
        ) STRICT;

        -- Append-only: each mailing's record. position: how many recipients were recorded up to the end of the row.
        CREATE TABLE outcome (
            mailing INTEGER NOT NULL,
            position INTEGER NOT NULL,
            slice INTEGER NOT NULL,
            first INTEGER NOT NULL,
            count INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            at INTEGER NOT NULL,
            evidence INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            codes BLOB NOT NULL,
            PRIMARY KEY (mailing, position)
        ) STRICT, WITHOUT ROWID;

        -- position: that of the row in outcome which it belongs to.
        CREATE TABLE failure (
            mailing INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            position INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            reply INTEGER NOT NULL,
            enhanced INTEGER NOT NULL,
            text TEXT,
            PRIMARY KEY (mailing, ordinal, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE event (
            mailing INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            detail TEXT,
            PRIMARY KEY (mailing, ordinal, at, kind)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE provider_key (
            key TEXT PRIMARY KEY,
            mailing INTEGER NOT NULL,
            ordinal INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX provider_key_mailing ON provider_key (mailing);

        -- Purged mailings of which not everything is deleted yet.
        CREATE TABLE leaving (
            mailing INTEGER PRIMARY KEY
        ) STRICT;
        """;
}
