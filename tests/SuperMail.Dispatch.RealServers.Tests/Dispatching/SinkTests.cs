using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

public sealed class SinkTests
{
    [Fact]
    public async Task The_sink_counts_every_message_of_five_thousand_and_every_connection()
    {
        await using var sink = await SmtpSink.StartAsync(cancellationToken: Token);
        await using (var sending = To(sink))
        {
            var report = await sending.Dispatcher.SendAsync(new EmailMailing("Many", Hello, People(5000, "many-")), cancellationToken: Token);
            Assert.Equal((MailingState.Completed, 5000L), (report.State, report.Counts.Sent));
        }

        Assert.Equal(new SinkCounters(250, 250, 5000), await sink.WaitForAsync(c => c.Quits >= 250, Token));
    }

    [Theory]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task Hard_refusals_are_charged_with_their_reply(string command)
    {
        await using var sink = await SmtpSink.StartAsync(options: ["-f", command, "-B", "554 5.6.0 not this one"], cancellationToken: Token);
        await using var sending = To(sink);

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Hard", Hello, People(5, "hard-")), cancellationToken: Token);

        Assert.Equal((0L, 5L, 0L), (report.Counts.Sent, report.Counts.Failed, report.Counts.InDoubt));
        Assert.All(await sending.AccountAsync(report), r => Assert.Equal(
            (RecipientState.Failed, 554, "5.6.0", "not this one"),
            (r.State, r.Failure!.ReplyCode, r.Failure.EnhancedCode.ToString(), r.Failure.Text)));
    }

    [Theory]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task Hard_refusals_of_everybody_pause_and_are_given_back(string command)
    {
        await using var sink = await SmtpSink.StartAsync(options: ["-f", command], cancellationToken: Token);
        await using var sending = To(sink);

        var paused = await Assert.ThrowsAsync<MailingPausedException>(
            () => sending.Dispatcher.SendAsync(new EmailMailing("Hard", Hello, People(200, "all-")), cancellationToken: Token));

        Assert.Contains("Error: command failed", paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0L, 0L, 200L), (paused.Report.Counts.Sent, paused.Report.Counts.InDoubt, paused.Report.Counts.Accepted));
        Assert.Empty((await sending.AccountAsync(paused.Report)).Where(r => r.State is not RecipientState.Ready).Select(r => $"{r.Key.Ordinal} {r.State} {r.Reason} {r.Failure}"));
        Assert.Equal(0, paused.Report.Counts.Failed);
    }

    [Theory]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task Soft_refusals_wait_for_their_next_turn(string command)
    {
        await using var sink = await SmtpSink.StartAsync(options: ["-r", command], cancellationToken: Token);
        await using var sending = To(sink);

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Soft", Hello, People(60, "soft-")), FirstPass, cancellationToken: Token);

        Assert.Equal((0L, 0L, 60L), (report.Counts.Sent, report.Counts.Failed, report.Counts.Retry));
        Assert.All(await sending.AccountAsync(report), r => Assert.Equal(450, r.Failure!.ReplyCode));
    }

    [Fact]
    public async Task A_hang_up_at_the_end_of_data_leaves_each_in_doubt_and_repeats_nothing()
    {
        await using var sink = await SmtpSink.StartAsync(options: ["-q", "."], cancellationToken: Token);
        await using var sending = To(sink, s => (s.Email.MaxEmailsPerConnection, s.Email.SmtpThreads) = (4, 4));

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Doubt", Hello, People(4, "doubt-")), cancellationToken: Token);

        Assert.Equal((MailingState.CompletedWithInDoubt, 0L, 4L), (report.State, report.Counts.Sent, report.Counts.InDoubt));
        Assert.Equal(4, (await sink.WaitForAsync(c => c.Sessions >= 4, Token)).Sessions);
    }

    [Fact]
    public async Task A_421_at_the_end_of_data_is_a_refusal_for_now()
    {
        await using var sink = await SmtpSink.StartAsync(options: ["-Q", "."], cancellationToken: Token);
        await using var sending = To(sink, s => (s.Email.MaxEmailsPerConnection, s.Email.SmtpThreads) = (1, 1));

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Goodbye", Hello, People(1, "bye-")), FirstPass, cancellationToken: Token);

        Assert.Equal((0L, 1L, 0L), (report.Counts.Sent, report.Counts.Retry, report.Counts.InDoubt));
        Assert.Equal(421, (await sending.AccountAsync(report))[0].Failure!.ReplyCode);
    }

    [Fact]
    public async Task A_server_that_dies_in_the_middle_leaves_an_account_that_agrees_with_its_own()
    {
        await using var sink = await SmtpSink.StartAsync(options: ["-M", "333"], cancellationToken: Token);
        await using var sending = To(sink);
        var id = await sending.Dispatcher.EnqueueAsync(new EmailMailing("Death", Hello, People(1000, "death-")), Token);

        var taken = await sink.WaitForExitAsync(Token);
        var report = await sending.Dispatcher.CancelAsync(id, Token);

        // Counted there and answered, or counted there and the answer lost: never sent and unknown there, never lost here.
        var counts = report.Counts;
        Assert.InRange(taken.Messages, counts.Sent, counts.Sent + counts.InDoubt);
        Assert.Equal((0L, 1000L), (counts.Failed, counts.Sent + counts.InDoubt + counts.Cancelled));
        Assert.InRange(counts.InDoubt, 0, 5); // one a connection
    }
}
