namespace SuperMail.Dispatch.Partitioning;

/// <summary>A mailing that has work in the lane, with its place in the weighted round robin.</summary>
internal sealed class MailingFeed(MailingId mailing, int weight)
{
    public MailingId Mailing { get; } = mailing;

    public int Weight { get; set; } = weight;

    /// <summary>Smooth weighted round robin: grows by the weight at each pick, shrinks by the total when picked.</summary>
    public int Credit { get; set; }

    /// <summary>Recipients that could be claimed, as the ledger last said.</summary>
    public long Claimable { get; set; }

    /// <summary>Nothing is cut: paused or cancelled here, whatever the ledger still lists.</summary>
    public bool Stopped { get; set; }

    /// <summary>Slices under claim, oldest first.</summary>
    public List<SliceCursor> Cursors { get; } = [];

    public SliceCursor? Current => Cursors.Find(static c => c.Left > 0);

    // Asked several times a window: loops, since the enumerators of LINQ are objects.
    public long Ready
    {
        get
        {
            var ready = Claimable;
            foreach (var cursor in Cursors)
            {
                ready += cursor.Left;
            }

            return Stopped ? 0 : ready;
        }
    }

    /// <summary>Slices with something left to cut.</summary>
    public int SlicesToCut
    {
        get
        {
            var slices = 0;
            foreach (var cursor in Cursors)
            {
                slices += cursor.Left > 0 ? 1 : 0;
            }

            return slices;
        }
    }

    public static int WeightOf(MailingPriority priority) => priority switch
    {
        MailingPriority.High => 4,
        MailingPriority.Low => 1,
        _ => 2,
    };
}
