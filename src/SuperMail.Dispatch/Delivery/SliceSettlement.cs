using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Outcomes;
using SuperMail.Dispatch.Partitioning;

namespace SuperMail.Dispatch.Delivery;

/// <summary>What follows from a slice's outcomes: who comes again at once, who later, whose data is still needed.</summary>
internal static class SliceSettlement
{
    public static SliceCompletion Settle(SliceCursor cursor, RetrySchedule schedule, bool keepsSentData, DateTimeOffset now)
    {
        var slice = cursor.Slice;
        var again = cursor.Codes.AsSpan(slice.SettledThrough, cursor.Next - slice.SettledThrough)
            .ContainsAny(AgainKinds);
        var whole = cursor.Next == slice.Count;
        var remains = whole && !keepsSentData && NeedsKeeping(cursor);
        if (!again && !remains)
        {
            return new SliceCompletion { Slice = slice.Ref };
        }

        var children = new Dictionary<(OutcomeKind, int), Child>();
        var remainder = remains ? new SliceWriter() : null;
        var reader = new SliceReader(slice.Data);
        for (var position = 0; position < cursor.Next; position++)
        {
            if (!reader.TryRead(out var recipient))
            {
                remainder?.AddBlank();
                continue;
            }

            var code = cursor.Codes[position];
            Keep(remainder, code, recipient);
            if (position >= slice.SettledThrough && !code.IsFinal && code.Kind is not OutcomeKind.None)
            {
                var next = Again(recipient, code, now);
                var key = (code.Kind, next.Attempts);
                if (!children.TryGetValue(key, out var child))
                {
                    children.Add(key, child = new Child());
                }

                child.Add(slice.Ordinals[position], next);
            }
        }

        return new SliceCompletion
        {
            Slice = slice.Ref,
            Children = [.. children.Select(c => c.Value.Finish(slice.Ref.SliceNo, c.Key.Item1, c.Key.Item2, schedule))],
            Remainder = remainder?.Finish() ?? default,
        };
    }

    private static readonly OutcomeCode[] AgainKinds =
    [
        .. from kind in new[] { OutcomeKind.Retry, OutcomeKind.NotSent }
           from reason in Enum.GetValues<OutcomeReason>()
           select new OutcomeCode(kind, reason),
    ];

    private static bool NeedsKeeping(SliceCursor cursor) => Array.Exists(cursor.Codes, IsKept);

    // None: settled under an earlier claim of the slice, so not known here.
    private static bool IsKept(OutcomeCode code) =>
        code.Kind is OutcomeKind.Failed or OutcomeKind.InDoubt or OutcomeKind.Cancelled or OutcomeKind.None;

    private static void Keep(SliceWriter? remainder, OutcomeCode code, in StoredRecipient recipient)
    {
        if (remainder is null)
        {
            return;
        }

        if (IsKept(code))
        {
            remainder.Add(recipient);
        }
        else
        {
            remainder.AddBlank();
        }
    }

    private static StoredRecipient Again(in StoredRecipient recipient, OutcomeCode code, DateTimeOffset now) => code.Kind switch
    {
        OutcomeKind.Retry => recipient with
        {
            Attempts = recipient.Attempts + 1,
            FirstReply = recipient.FirstReply == 0 ? now.ToUnixTimeSeconds() : recipient.FirstReply,
        },
        _ when code.Reason is OutcomeReason.Reply => recipient with { SenderRefusals = recipient.SenderRefusals + 1 },
        _ => recipient,
    };

    private sealed class Child
    {
        private readonly List<long> _ordinals = [];
        private readonly SliceWriter _writer = new();

        public void Add(long ordinal, in StoredRecipient recipient)
        {
            _ordinals.Add(ordinal);
            _writer.Add(recipient);
        }

        public NewChildSlice Finish(int parent, OutcomeKind kind, int attempts, RetrySchedule schedule) => new()
        {
            ParentSliceNo = parent,
            Ordinals = _ordinals.ToArray(),
            Attempt = attempts,
            DueIn = kind is OutcomeKind.Retry ? schedule.WaitAfter(attempts, Random.Shared.NextDouble()) : TimeSpan.Zero,
            Data = _writer.Finish(),
        };
    }
}
