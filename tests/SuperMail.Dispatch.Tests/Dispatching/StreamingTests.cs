using System.Diagnostics;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

public class StreamingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_million_recipients_pass_through_and_only_a_bounded_number_is_held()
    {
        const int Total = 1_000_000;
        const int Bound = 10_000;
        var read = 0L;
        var judged = 0L;
        var mostHeld = 0L;
        var transport = new RecordingTransport(_ =>
        {
            Interlocked.Increment(ref judged);
            return Taken;
        })
        { KeepMessages = false };
        IEnumerable<Recipient> People()
        {
            for (var i = 0; i < Total; i++)
            {
                read++;
                mostHeld = Math.Max(mostHeld, read - Interlocked.Read(ref judged));
                yield return new Recipient($"user{i}@example.com");
            }
        }

        await using var tested = new DispatcherUnderTest(
            s =>
            {
                s.MaxHeldRecipients = Bound;
                s.Email.MaxEmailsPerConnection = 1000;
            },
            transport: transport);
        var content = new TemplateContent { Subject = "Hello", Text = "Hello." };
        var report = await tested.Dispatcher.SendAsync(new EmailMailing("Large", content, People()), cancellationToken: Token);

        using var process = Process.GetCurrentProcess();
        output.WriteLine($"resident {process.WorkingSet64 >> 20} MiB, managed {GC.GetTotalMemory(true) >> 20} MiB, at most {mostHeld} recipients held");
        Assert.Equal((Total, Total), (report.Counts.Accepted, report.Counts.Sent));

        // The bound, what is being gathered for the next slice, and outcomes that are judged and not recorded yet.
        Assert.InRange(mostHeld, 1, Bound + 1000);
    }

    private static Verdict Taken { get; } = new() { Kind = VerdictKind.Sent, ReplyCode = 250 };

    [Fact]
    public async Task What_a_slow_source_brought_leaves_before_the_next_one_comes()
    {
        var sent = new TaskCompletionSource();
        var transport = new RecordingTransport { OnMessage = (m, _) => { sent.TrySetResult(); return default; } };
        await using var tested = new DispatcherUnderTest(transport: transport);
        async IAsyncEnumerable<Recipient> Slow()
        {
            yield return new Recipient("first@example.com");
            await sent.Task; // only once the first has left comes the second
            yield return new Recipient("second@example.com");
        }

        var content = new TemplateContent { Subject = "Hello", Text = "Hello." };
        var report = await tested.Dispatcher.SendAsync(new EmailMailing("Slow", content, Slow()), cancellationToken: Token);
        Assert.Equal(2, report.Counts.Sent);
        Assert.Equal(1, transport.Connections); // the open connection waited for more
    }
}
