using FsCheck;
using FsCheck.Fluent;
using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Tests.Ledgers.Codecs;

/// <summary>Recipients as callers give them: every kind of text, null, lone surrogates, long ones.</summary>
internal static class Arbitrary
{
    public static Gen<string?> Text { get; } = Gen.Frequency(
        (1, Gen.Constant<string?>(null)),
        (1, Gen.Constant<string?>("")),
        (3, Gen.Elements<string?>("Bob", "bob@example.org", "Zoë", "Ελλάδα", "日本語", "👋🏽", "a\0b", "\r\n")),
        (1, Gen.Elements<string?>("\ud83d", "x\udc00", "\udc00\ud83d ok", new string('\ud800', 70))),
        (1, Gen.Choose(0, 300).Select<int, string?>(length => new string('é', length))),
        (1, Gen.Choose(60, 70).Select<int, string?>(length => new string('a', length))),
        (2, ArbMap.Default.GeneratorFor<string?>()));

    public static Gen<StoredRecipient> Recipient { get; } =
        from address in Text
        from name in Text
        from values in Text.ArrayOf()
        from raw in Gen.Frequency((3, Gen.Constant<byte[]>([])), (1, ArbMap.Default.GeneratorFor<byte[]>()))
        from judged in Gen.Elements(default, new OutcomeCode(OutcomeKind.Duplicate), new OutcomeCode(OutcomeKind.Failed, OutcomeReason.BadAddress))
        from reason in Text
        from attempts in Gen.Elements(0, 0, 1, 99, int.MaxValue, -1)
        from reply in Gen.Elements(0L, 0L, 1_900_000_000L, long.MinValue, long.MaxValue)
        from refusals in Gen.Elements(0, 0, 2, int.MinValue)
        select new StoredRecipient
        {
            Address = address,
            DisplayName = name,
            Values = values!,
            Raw = raw ?? [],
            PreJudged = judged,
            Reason = reason,
            Attempts = attempts,
            FirstReply = reply,
            SenderRefusals = refusals,
        };

    /// <summary>Null stands for a blank.</summary>
    public static Arbitrary<StoredRecipient?[]> Slice { get; } = Gen.Frequency(
            (3, Recipient.Select(one => (StoredRecipient?)one)),
            (2, Gen.Constant<StoredRecipient?>(null)))
        .ArrayOf()
        .ToArbitrary();

    public static bool Same(StoredRecipient? left, StoredRecipient? right) => (left, right) switch
    {
        (null, null) => true,
        ({ } a, { } b) => a.Address == b.Address && a.DisplayName == b.DisplayName && a.Values.SequenceEqual(b.Values)
            && a.Raw.Span.SequenceEqual(b.Raw.Span) && a.PreJudged == b.PreJudged && a.Reason == b.Reason
            && a.Attempts == b.Attempts && a.FirstReply == b.FirstReply && a.SenderRefusals == b.SenderRefusals,
        _ => false,
    };

    public static ReadOnlyMemory<byte> Encode(SliceWriter writer, IEnumerable<StoredRecipient?> slice)
    {
        foreach (var recipient in slice)
        {
            if (recipient is { } given)
            {
                writer.Add(given);
            }
            else
            {
                writer.AddBlank();
            }
        }

        return writer.Finish();
    }
}
