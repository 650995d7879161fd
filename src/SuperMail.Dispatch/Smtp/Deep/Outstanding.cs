namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// What is on its way: messages whose replies are not read, and messages whose replies are read but not certain to be
/// theirs. Both count against the depth, because both are what a break may leave in doubt.
/// </summary>
internal sealed class Outstanding(int depth)
{
    private readonly Queue<Passage> _unanswered = [];
    private readonly List<Passage> _uncertain = [];
    private readonly Stack<Passage> _free = [];
    private bool _isEnvelopeLast;
    private int _resets;

    /// <summary>Messages that replies are awaited to.</summary>
    public int Messages => _unanswered.Count - _resets;

    /// <summary>No reply is awaited.</summary>
    public bool IsEmpty => _unanswered.Count == 0;

    /// <summary>Octets of content among them.</summary>
    public long Octets { get; private set; }

    /// <summary>Nothing can be said behind an envelope whose content has still to leave.</summary>
    public bool HasRoom => !_isEnvelopeLast && Messages + _uncertain.Count < depth;

    /// <summary>Half of a flight or more has been answered: the next may leave, so that the line does not run empty.</summary>
    public bool IsHalfAnswered => Messages + _uncertain.Count <= depth / 2;

    /// <summary>Replies were read that are not certain.</summary>
    public bool HasReply => _uncertain.Count > 0 || (_unanswered.TryPeek(out var first) && first.HasReply);

    /// <summary>Whose replies come next.</summary>
    public Passage First => _unanswered.Peek();

    public Passage Add(OutgoingMessage message, bool withReset, bool withEnvelope, bool withContent)
    {
        _isEnvelopeLast = !withContent;
        Octets += withContent ? message.Length : 0;
        return Enqueue(message, withReset, withEnvelope, withContent);
    }

    /// <summary>RSET behind the last message of a flight.</summary>
    public void AddReset()
    {
        _resets++;
        Enqueue(null, withReset: true, withEnvelope: false, withContent: false);
    }

    /// <summary>The first one's replies are read, and this is what they say; null = its envelope is accepted.</summary>
    public void Answer(Verdict? verdict)
    {
        var passage = _unanswered.Dequeue();
        if (passage.IsResetAlone)
        {
            _resets--;
            _free.Push(passage);
            return;
        }

        if (passage.WithContent)
        {
            Octets -= passage.Message!.Length;
        }
        else
        {
            _isEnvelopeLast = false;
        }

        passage.Verdict = verdict;
        _uncertain.Add(passage);
    }

    /// <summary>The only one, without a report.</summary>
    public OutgoingMessage? TakeFirst()
    {
        var passage = _unanswered.Dequeue();
        _isEnvelopeLast = false;
        _free.Push(passage);
        return passage.Take();
    }

    /// <summary>Reports what the replies say: it has become certain, or nothing more will be known.</summary>
    public void ReportAnswered()
    {
        foreach (var passage in _uncertain)
        {
            if (passage.Verdict is { } verdict)
            {
                passage.Report(verdict);
            }

            _free.Push(passage);
        }

        _uncertain.Clear();
    }

    /// <summary>The replies that were read may be those to other commands: they say nothing for certain.</summary>
    /// <param name="which">Of which that is so; null = of all.</param>
    public void DoubtAnswered(Func<Passage, bool>? which = null)
    {
        foreach (var passage in _uncertain)
        {
            passage.Verdict = which?.Invoke(passage) == false ? passage.Verdict : Doubt(passage);
        }

        ReportAnswered();
    }

    /// <summary>Nothing more will be read.</summary>
    /// <param name="verdict">Of each that has no reply, or not all; told whether it is the first message.</param>
    public void ReportUnanswered(Func<Passage, bool, Verdict> verdict)
    {
        for (var isFirst = true; _unanswered.TryDequeue(out var passage); isFirst &= passage.IsResetAlone)
        {
            passage.Report(verdict(passage, isFirst));
            _free.Push(passage);
        }

        Octets = 0;
        _resets = 0;
        _isEnvelopeLast = false;
    }

    /// <summary>Of one whose replies say nothing for certain.</summary>
    public static Verdict Doubt(Passage passage) => passage.WithContent ? Verdicts.Unanswered(passage.Content.State) : Verdict.NotSent;

    private Passage Enqueue(OutgoingMessage? message, bool withReset, bool withEnvelope, bool withContent)
    {
        var passage = _free.TryPop(out var used) ? used : new Passage();
        passage.Begin(message, withReset, withEnvelope, withContent);
        _unanswered.Enqueue(passage);
        return passage;
    }
}
