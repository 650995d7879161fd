namespace SuperMail.Dispatch.Ledgers;

/// <summary>
/// The blob of a slice: a format byte, then one record a position. A record is a byte of flags, the address and what
/// the flags name, in their order; flags 0 begin a run of blanks: how many more follow.
/// </summary>
[Flags]
internal enum SliceRecord : byte
{
    Blanks = 0,
    Present = 1,
    DisplayName = 2,
    Values = 4,
    Raw = 8,
    PreJudged = 16,
    Reason = 32,
    History = 64,
}

internal static class SliceFormat
{
    public const byte Version = 1;

    private const SliceRecord All = (SliceRecord)127;

    /// <summary>Damage shows here first: a record without its own flag, or with one that this version does not know.</summary>
    public static bool IsRecord(SliceRecord flags) => (flags & SliceRecord.Present) != 0 && (flags & ~All) == 0;
}
