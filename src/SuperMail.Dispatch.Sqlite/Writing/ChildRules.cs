namespace SuperMail.Dispatch.Sqlite;

/// <summary>What children must be: whoever was neither sent nor given up stands in exactly one, or would be lost silently.</summary>
internal static class ChildRules
{
    /// <exception cref="InvalidOperationException">They are not.</exception>
    public static void Check(SliceOrdinals parent, int parentNo, IReadOnlyList<NewChildSlice> children, int owed, Func<int, bool> isOwed)
    {
        if (owed == 0 && children.Count == 0)
        {
            return;
        }

        var left = new HashSet<long>();
        for (var position = 0; left.Count < owed; position++)
        {
            if (isOwed(position))
            {
                left.Add(parent[position]);
            }
        }

        foreach (var child in children)
        {
            if (child.ParentSliceNo != parentNo || child.Ordinals.IsEmpty || child.DueIn < TimeSpan.Zero || child.Attempt < 0)
            {
                throw new InvalidOperationException(
                    $"A child of slice {parentNo} must name it, have recipients, an attempt from 0 and a due time that is not past.");
            }

            Check(parentNo, child.Ordinals.Span, left);
        }

        if (left.Count > 0)
        {
            throw new InvalidOperationException($"Slice {parentNo}: {left.Count} of {owed} recipients that must come again stand in no child.");
        }
    }

    private static void Check(int parentNo, ReadOnlySpan<long> ordinals, HashSet<long> left)
    {
        var last = -1L;
        foreach (var ordinal in ordinals)
        {
            if (ordinal <= last || !left.Remove(ordinal))
            {
                throw new InvalidOperationException(
                    $"Recipient {ordinal} cannot stand in a child of slice {parentNo}: out of order, twice, or not one that must come again.");
            }

            last = ordinal;
        }
    }
}
