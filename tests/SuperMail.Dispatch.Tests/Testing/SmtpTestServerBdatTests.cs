using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

public sealed class SmtpTestServerBdatTests
{
    private const string Mail = "MAIL FROM:<sender@example.com>";
    private const string Rcpt = "RCPT TO:<one@example.com>";

    [Fact]
    public async Task Chunks_make_one_message_and_dots_mean_nothing()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.CodesAsync(Mail, Rcpt);
        await client.SendAsync("BDAT 5\r\na\r\n.\rBDAT 4 last\r\n\n.\r\nBDAT 0 LAST\r\n");
        Assert.Equal("250 250 503", string.Join(' ', (await client.ReadManyAsync(3)).Select(r => r[..3])));
        Assert.Equal("a\r\n.\r\n.\r\n", server.Messages[0].Text);
        Assert.True(server.Messages[0].ByBdat);
    }

    [Fact]
    public async Task A_chunk_behind_a_refused_envelope_is_discarded()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync($"{Mail}\r\nRCPT TO:<>\r\nBDAT 6 LAST\r\nQUIT\r\nRSET\r\n{Mail}\r\n{Rcpt}\r\n");
        Assert.Equal("250 501 554 250 250 250", string.Join(' ', (await client.ReadManyAsync(6)).Select(r => r[..3])));
    }

    [Fact]
    public async Task A_server_that_does_not_discard_runs_the_chunk_as_commands()
    {
        await using var server = SmtpTestServer.Start(o => o.ReadRefusedChunksAsCommands = true);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync($"{Mail}\r\nRCPT TO:<>\r\nBDAT 6 LAST\r\nQUIT\r\nRSET\r\n");
        Assert.Equal(
            "250 2.1.0 Ok\r\n501 5.1.3 Bad address syntax\r\n554 5.5.1 Error: no valid recipients\r\n221 2.0.0 Bye\r\n",
            await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_refused_last_chunk_ends_the_transaction()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Bdat, "451 4.3.0 later", times: 1);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("250 250 451 503", await client.CodesAsync(Mail, Rcpt, "BDAT 0 LAST", "BDAT 0 LAST"));
    }

    [Fact]
    public async Task A_server_that_keeps_the_transaction_gives_the_next_content_to_the_old_recipient()
    {
        await using var server = SmtpTestServer.Start(o => o.KeepTransactionAfterRefusedBdat = true);
        server.On(SmtpVerb.EndOfData, "451 4.3.0 later", times: 1);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("250 250 451 503", await client.CodesAsync(Mail, Rcpt, "BDAT 0 LAST", Mail));
        await client.SendAsync("BDAT 3 LAST\r\ntwo");
        Assert.StartsWith("250", await client.ReadAsync());
        Assert.Equal("two", server.Messages[0].Text);
    }

    [Fact]
    public async Task After_a_refused_chunk_in_the_middle_only_RSET_helps()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Bdat, "452 4.3.1 full", times: 1);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.CodesAsync(Mail, Rcpt);
        await client.SendAsync("BDAT 2\r\nxxBDAT 4 LAST\r\nyyyyMAIL FROM:<a@example.com>\r\nRSET\r\nMAIL FROM:<a@example.com>\r\n");
        Assert.Equal("452 503 503 250 250", string.Join(' ', (await client.ReadManyAsync(5)).Select(r => r[..3])));
    }

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT x LAST")]
    [InlineData("BDAT -1 LAST")]
    [InlineData("BDAT 1 FIRST")]
    [InlineData("BDAT 1LAST")]
    public async Task A_malformed_BDAT_is_a_syntax_error(string line)
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.CodesAsync(Mail, Rcpt);
        Assert.StartsWith("501", await client.AskAsync(line));
    }

    [Fact]
    public async Task DATA_and_RCPT_are_refused_between_chunks()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("250 250 250 503 503 250", await client.CodesAsync(Mail, Rcpt, "BDAT 0", "DATA", Rcpt, "BDAT 0 LAST"));
    }
}
