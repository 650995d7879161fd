using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

/// <summary>smtp-sink's faults at every command; refusals at RCPT and DATA and faults at the end of data stand in <see cref="SinkTests"/>.</summary>
public sealed class SinkFaultTests
{
    // Side by side, since each waits for a connection that is tried again.
    [Theory]
    [InlineData("-f", "CONNECT", "EHLO,HELO")]
    [InlineData("-r", "CONNECT", "EHLO", "MAIL")]
    [InlineData("-q", "CONNECT", "EHLO", "MAIL", "RCPT", "DATA")]
    [InlineData("-Q", "CONNECT", "EHLO", "MAIL", "RCPT", "DATA")]
    public Task Before_any_content_a_fault_is_the_relays_own_and_charges_nobody(string option, params string[] commands) =>
        Task.WhenAll(commands.Select(command => ChargesNobodyAsync(option, command)));

    private static async Task ChargesNobodyAsync(string option, string command)
    {
        await using var sink = await SmtpSink.StartAsync(options: [option, command], cancellationToken: Token);
        await using var sending = To(sink, s => s.Email.SmtpThreads = 1);
        var id = await sending.Dispatcher.EnqueueAsync(new EmailMailing("Early", Hello, People(5, "early-")), Token);

        await sink.WaitForAsync(c => c.Sessions >= 2, Token); // it came back
        var report = await sending.Dispatcher.CancelAsync(id, Token);

        Assert.Equal(
            (command, 0L, 0L, 0L, 5L),
            (command, report.Counts.Sent, report.Counts.Failed, report.Counts.InDoubt, report.Counts.Cancelled));
        Assert.Equal(0, sink.Counters.Messages);
    }

    [Fact]
    public async Task A_sender_that_is_refused_pauses_the_mailing_and_fails_nobody()
    {
        await using var sink = await SmtpSink.StartAsync(options: ["-f", "MAIL", "-B", "550 5.7.1 sender denied"], cancellationToken: Token);
        await using var sending = To(sink);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(
            () => sending.Dispatcher.SendAsync(new EmailMailing("Sender", Hello, People(30, "sender-")), cancellationToken: Token));
        Assert.Contains("sender denied", paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (paused.Report.Counts.Sent, paused.Report.Counts.Failed));
    }

    [Theory]
    [InlineData("-f", "QUIT")]
    [InlineData("-r", "QUIT")]
    [InlineData("-q", "QUIT")]
    [InlineData("-Q", "QUIT")]
    [InlineData("-f", "EHLO")] // then HELO
    [InlineData("-f", "RSET")]
    [InlineData("-e")]
    [InlineData("-p")]
    [InlineData("-8")]
    [InlineData("-E")]
    [InlineData("-w", "1")] // each end of data is answered a second late
    public async Task What_a_mailing_does_not_need_costs_it_nothing(params string[] options)
    {
        await using var sink = await SmtpSink.StartAsync(options: options, cancellationToken: Token);
        await using var sending = To(sink, s => (s.Email.MaxEmailsPerConnection, s.Email.SmtpThreads) = (6, 6));
        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Harmless", Hello, People(6, "fine-")), cancellationToken: Token);
        Assert.Equal((MailingState.Completed, 6L), (report.State, report.Counts.Sent));
        Assert.Equal(6, (await sink.WaitForMessagesAsync(6, Token)).Messages);
    }

    [Theory]
    [InlineData("-f")]
    [InlineData("-q")]
    public async Task A_fault_of_RSET_behind_a_refusal_charges_the_refused_alone(string option)
    {
        await using var sink = await SmtpSink.StartAsync(options: [option, "RSET", "-r", "RCPT"], cancellationToken: Token);
        await using var sending = To(sink, s => s.Email.SmtpThreads = 1);
        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Reset", Hello, People(2, "reset-")), FirstPass, cancellationToken: Token);
        Assert.Equal((0L, 0L, 0L, 2L), (report.Counts.Sent, report.Counts.Failed, report.Counts.InDoubt, report.Counts.Retry));
        await sink.WaitForAsync(static c => c.Sessions >= 2, Token); // a session that cannot be reset is left
    }

    [Fact]
    public async Task A_550_in_the_middle_of_the_content_is_a_refusal_and_no_doubt()
    {
        await using var sink = await SmtpSink.StartAsync(options: ["-A", "1"], cancellationToken: Token);
        await using var sending = To(sink, s => s.Email.SmtpThreads = 1);
        var content = Hello with { Attachments = [Attachment.FromBytes("large.bin", new byte[20_000_000])] };
        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Aborted", content, People(1, "abort-")), FirstPass, cancellationToken: Token);
        Assert.Equal((0L, 0L, 1L), (report.Counts.Sent, report.Counts.InDoubt, report.Counts.Failed + report.Counts.Retry));
        Assert.Equal(0, sink.Counters.Messages);
    }
}
