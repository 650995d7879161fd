using BenchmarkDotNet.Attributes;
using SuperMail.Dispatch.Smtp;

namespace SuperMail.Dispatch.Benchmarks;

/// <summary>Replies of a relay: bytes → values.</summary>
[MemoryDiagnoser]
public class ReplyParsingBenchmarks
{
    private static readonly byte[] Group = "250 2.0.0 Ok: queued as 4XyZ\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n"u8.ToArray();

    private static readonly byte[] Hello =
        "250-mail.private.test\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ETRN\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n"u8.ToArray();

    private static readonly byte[] Refusal = "550 5.1.1 <reader0000007@private.test>: Recipient address rejected: No such user here\r\n"u8.ToArray();

    private readonly ReplyParser _parser = new();

    /// <summary>The four replies that a message costs in Standard.</summary>
    [Benchmark(Baseline = true)]
    public int GroupOfAMessage()
    {
        ReadOnlySpan<byte> bytes = Group;
        var sum = 0;
        while (_parser.TryParse(ref bytes, keepText: false, out var reply))
        {
            sum += reply.Code;
        }

        return sum;
    }

    /// <summary>The ten lines of EHLO, with their text.</summary>
    [Benchmark]
    public int Capabilities() => ParseOne(Hello, keepText: true);

    /// <summary>A refusal, whose text is kept.</summary>
    [Benchmark]
    public int RefusedRecipient() => ParseOne(Refusal, keepText: false);

    private int ParseOne(ReadOnlySpan<byte> bytes, bool keepText) =>
        _parser.TryParse(ref bytes, keepText, out var reply) ? reply.Code : throw new InvalidOperationException("It is a whole reply.");
}
