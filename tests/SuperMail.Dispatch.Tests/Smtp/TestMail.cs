using System.Diagnostics.CodeAnalysis;
using System.Text;
using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

/// <summary>A message whose verdict the test reads.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A pooled block that a test does not give back is collected.")]
internal sealed class TestMail : OutgoingMessage
{
    private readonly MessageBuffer _content = new();

    public TestMail(string to, string content = "Subject: test\r\n\r\nHello\r\n", string? from = "sender@example.org", DsnNotify dsn = DsnNotify.Default)
        : this(to, from, dsn)
    {
        Text = content;
        _content.Append(Encoding.UTF8.GetBytes(content), mayNeedStuffing: true);
    }

    public TestMail(string to, params (byte[] Bytes, bool MayNeedStuffing)[] segments)
        : this(to, "sender@example.org", DsnNotify.Default)
    {
        foreach (var (bytes, mayNeedStuffing) in segments)
        {
            _content.Append(bytes, mayNeedStuffing);
        }
    }

    private TestMail(string to, string? from, DsnNotify dsn)
    {
        To = to;
        Envelope = new Envelope(from is null ? null : EmailAddress.Parse(from), EmailAddress.Parse(to), dsn);
    }

    public string To { get; }

    /// <summary>The content, when it was given as text.</summary>
    public string Text { get; } = "";

    public Verdict? Verdict { get; private set; }

    public VerdictKind? Kind => Verdict?.Kind;

    internal override MessageBuffer Content => _content;

    public TestMail With8Bit()
    {
        _content.Has8Bit = true;
        return this;
    }

    public TestMail WithUtf8Headers()
    {
        _content.NeedsSmtpUtf8 = true;
        return this;
    }

    public override void Report(Verdict verdict)
    {
        Assert.Null(Verdict);
        Verdict = verdict;
    }
}
