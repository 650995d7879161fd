namespace SuperMail.Dispatch.Ledgers;

/// <summary>What children must be: each recipient that is owed one stands in exactly one.</summary>
internal static class ChildRules
{
    public static void Check(MemorySlice parent, IReadOnlyList<NewChildSlice> children, int owed, Func<int, bool> isOwed)
    {
        var given = 0;
        HashSet<long>? seen = children.Count > 1 ? [] : null;
        foreach (var child in children)
        {
            if (child.ParentSliceNo != parent.Number || child.Ordinals.IsEmpty || child.DueIn < TimeSpan.Zero || child.Attempt < 0)
            {
                throw new InvalidOperationException(
                    $"A child of slice {parent.Number} must name it, have recipients, an attempt from 0 and a due time that is not past.");
            }

            var last = -1L;
            foreach (var ordinal in child.Ordinals.Span)
            {
                var position = ordinal > last ? parent.PositionOf(ordinal) : -1;
                if (position < 0 || !isOwed(position) || seen?.Add(ordinal) == false)
                {
                    throw new InvalidOperationException(
                        $"Recipient {ordinal} cannot stand in a child of slice {parent.Number}: out of order, or not one that must come again.");
                }

                last = ordinal;
                given++;
            }
        }

        if (given != owed)
        {
            throw new InvalidOperationException(
                $"Slice {parent.Number}: {owed} recipients must come again, {given} stand in its children; one who is forgotten would be lost.");
        }
    }
}
