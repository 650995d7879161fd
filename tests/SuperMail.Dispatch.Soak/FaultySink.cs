using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Soak;

/// <summary>A relay that keeps its own account of whom it took, and misbehaves in every way it knows, evenly spread.</summary>
internal sealed class FaultySink : IAsyncDisposable
{
    // On the hurried clock some 40 s: late, and within every time-out of the conversation.
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(20);

    private static readonly SmtpAction[] s_anywhere =
    [
        SmtpAction.Raw("?what <is> this!\r\n").Refusing(),
        SmtpAction.Raw("25").Refusing().ThenClose(),
        SmtpAction.Raw(new string('2', 5000)).Refusing(),
        SmtpAction.Default.ThenSurplus("250 2.0.0 surplus\r\n"),
        SmtpAction.Close,
        SmtpAction.Reset,
        SmtpAction.Default.Dribbled(),
        SmtpAction.Default.After(s_slow),
    ];

    // What asks for fewer messages a minute gets them. As often as the other faults it would leave nothing but waiting: the
    // rate wins back a tenth with each hundred messages, and is halved by each of these.
    private static readonly (SmtpVerb Verb, SmtpAction Action)[] s_slowing =
    [
        (SmtpVerb.Mail, SmtpAction.Reply("450 4.3.0 not now")),
        (SmtpVerb.Mail, SmtpAction.Reply("421 4.3.2 going down")),
        (SmtpVerb.Rcpt, SmtpAction.Reply("421 4.3.2 going down")),
        (SmtpVerb.Content, SmtpAction.Reply("421 4.3.2 going down")),
        (SmtpVerb.EndOfData, SmtpAction.Reply("421 4.3.2 going down")),
    ];

    private static readonly SmtpAction s_transient = SmtpAction.Reply("450 4.3.0 not now");
    private static readonly SmtpAction s_permanent = SmtpAction.Reply("554 5.6.0 never");

    // What comes with each message has most of the faults; a hang costs a whole time-out and is rare.
    private static readonly (SmtpVerb Verb, SmtpAction[] Actions)[] s_busy =
    [
        (SmtpVerb.Mail, [SmtpAction.Reply("553 5.1.8 not from there"), .. s_anywhere]),
        (SmtpVerb.Rcpt, [s_transient, SmtpAction.Reply("550 5.1.1 nobody of that name"), .. s_anywhere]),
        (SmtpVerb.Data, [s_transient, s_permanent, .. s_anywhere]),
        (SmtpVerb.Content, [SmtpAction.Close, SmtpAction.Reset, SmtpAction.Raw("?\r\n")]),
        (SmtpVerb.EndOfData, [s_transient, s_permanent, SmtpAction.Close.Accepting(), SmtpAction.Reset.Accepting(), .. s_anywhere]),
    ];

    private static readonly (SmtpVerb Verb, SmtpAction[] Actions)[] s_seldom =
    [
        (SmtpVerb.Connect, [s_transient, s_permanent, .. s_anywhere]),
        (SmtpVerb.Ehlo, [s_transient, .. s_anywhere]),
        (SmtpVerb.StartTls, [s_transient, SmtpAction.Reset, SmtpAction.Close, SmtpAction.Reply("421 4.3.2 going down")]),
        (SmtpVerb.Rset, [s_transient, s_permanent, .. s_anywhere]),
        (SmtpVerb.Quit, [s_permanent, .. s_anywhere]),
    ];

    private static readonly SmtpVerb[] s_hanging = [SmtpVerb.Connect, SmtpVerb.Mail, SmtpVerb.Rcpt, SmtpVerb.EndOfData, SmtpVerb.Quit];

    private readonly List<SmtpRule> _rules = [];
    private byte[] _taken = [];
    private int _strangers;

    /// <param name="messages">How many will come in all.</param>
    /// <param name="faults">How many faults to spread over them.</param>
    public FaultySink(int messages, int faults)
    {
        Server = SmtpTestServer.Start(options =>
        {
            options.KeepLog = options.KeepMessages = options.KeepConnections = false;
            options.OnMessage = Count;
        });
        if (faults == 0)
        {
            return;
        }

        // Four kinds of step come with each message (DATA in half of the mailings), a few more with each connection.
        var every = Math.Max(2, (int)(4.4 * messages / faults));
        foreach (var (verb, actions) in s_busy)
        {
            Spread(verb, actions, every);
        }

        foreach (var (verb, actions) in s_seldom)
        {
            Spread(verb, actions, 40);
        }

        foreach (var (verb, action) in s_slowing)
        {
            Spread(verb, [action], every * 100);
        }

        foreach (var verb in s_hanging)
        {
            Spread(verb, [SmtpAction.Hang], every * (verb is SmtpVerb.Connect or SmtpVerb.Quit ? 10 : 100));
        }
    }

    public SmtpTestServer Server { get; }

    /// <summary>Faults that have struck.</summary>
    public int Faults => _rules.Sum(static rule => rule.Hits);

    /// <summary>Faults by the step at which they struck.</summary>
    public IEnumerable<(SmtpVerb Verb, int Count)> FaultsByStep =>
        _rules.GroupBy(static rule => rule.Verb).Select(static steps => (steps.Key, steps.Sum(static rule => rule.Hits)));

    /// <summary>Messages to recipients that nobody wrote to.</summary>
    public int Strangers => Volatile.Read(ref _strangers);

    /// <summary>How often the relay took the message to each recipient of the present mailing.</summary>
    public IReadOnlyList<byte> Taken => _taken;

    public void BeginMailing(int recipients, bool pipelining, bool chunking, bool tls)
    {
        _taken = new byte[recipients];
        var options = Server.Options;
        (options.Pipelining, options.Chunking, options.StartTls) = (pipelining, chunking, tls);
    }

    public static string AddressOf(int recipient) => $"r{recipient}@example.net";

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private void Spread(SmtpVerb verb, SmtpAction[] actions, int every)
    {
        for (var i = 0; i < actions.Length; i++)
        {
            var (round, turn) = (every * actions.Length, (every * i) + (every / 2));
            _rules.Add(Server.On(verb, actions[i], when: c => c.OccurrenceOnServer % round == turn));
        }
    }

    private static bool IsWhole(string text, int recipient) =>
        text.Contains($"\r\nSubject: Soak {recipient}\r\n", StringComparison.Ordinal)
        && text.EndsWith("\r\nQUIT\r\nRSET\r\n", StringComparison.Ordinal);

    private void Count(ReceivedMessage message)
    {
        var name = message.Recipients[0].AsSpan()[1..message.Recipients[0].IndexOf('@', StringComparison.Ordinal)];
        if (int.TryParse(name, out var recipient) && recipient < _taken.Length && IsWhole(message.Text, recipient))
        {
            lock (_taken)
            {
                _taken[recipient]++;
            }
        }
        else
        {
            Interlocked.Increment(ref _strangers);
        }
    }
}
