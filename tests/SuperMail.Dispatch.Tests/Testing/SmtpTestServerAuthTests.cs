using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

public sealed class SmtpTestServerAuthTests
{
    private static readonly string[] All = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"];

    [Theory]
    [InlineData("password", "235")]
    [InlineData("wrong", "535")]
    public async Task PLAIN_is_verified(string password, string code)
    {
        await using var server = StartServer();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("334 ", await client.AskAsync("AUTH PLAIN"));
        Assert.StartsWith(code, await client.AskAsync(Base64($"\0user\0{password}")));
        await using Dialogue other = await Dialogue.GreetedAsync(server);
        Assert.StartsWith(code, await other.AskAsync("AUTH plain " + Base64($"user\0user\0{password}")));
    }

    [Theory]
    [InlineData("password", "235")]
    [InlineData("wrong", "535")]
    public async Task LOGIN_is_verified(string password, string code)
    {
        await using var server = StartServer();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("334 " + Base64("Username:"), await client.AskAsync("AUTH LOGIN"));
        Assert.Equal("334 " + Base64("Password:"), await client.AskAsync(Base64("user")));
        Assert.StartsWith(code, await client.AskAsync(Base64(password)));
        await using Dialogue other = await Dialogue.GreetedAsync(server);
        Assert.Equal("334 " + Base64("Password:"), await other.AskAsync("AUTH LOGIN " + Base64("user")));
        Assert.StartsWith(code, await other.AskAsync(Base64(password)));
    }

    [Theory]
    [InlineData("password", "235")]
    [InlineData("wrong", "535")]
    [SuppressMessage("Security", "CA5351", Justification = "The mechanism is defined with MD5.")]
    public async Task CRAM_MD5_is_verified(string password, string code)
    {
        await using var server = StartServer();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        byte[] challenge = Convert.FromBase64String((await client.AskAsync("AUTH CRAM-MD5"))[4..]);
        string digest = Convert.ToHexStringLower(HMACMD5.HashData(Encoding.UTF8.GetBytes(password), challenge));
        Assert.StartsWith(code, await client.AskAsync(Base64("user " + digest)));
    }

    [Theory]
    [InlineData("password", true)]
    [InlineData("wrong", false)]
    public async Task SCRAM_SHA_256_is_verified_on_both_sides(string password, bool right)
    {
        await using var server = StartServer();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        const string First = "n=user,r=clientnonce";
        string serverFirst = Decode(await client.AskAsync("AUTH SCRAM-SHA-256 " + Base64("n,," + First)));
        string[] fields = serverFirst.Split(',');
        Assert.StartsWith("r=clientnonce", fields[0]);
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            password, Convert.FromBase64String(fields[1][2..]), int.Parse(fields[2][2..], CultureInfo.InvariantCulture), HashAlgorithmName.SHA256, 32);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        string withoutProof = "c=biws," + fields[0];
        byte[] authMessage = Encoding.UTF8.GetBytes($"{First},{serverFirst},{withoutProof}");
        byte[] signature = HMACSHA256.HashData(SHA256.HashData(clientKey), authMessage);
        string proof = Convert.ToBase64String(clientKey.Zip(signature, (a, b) => (byte)(a ^ b)).ToArray());
        string reply = await client.AskAsync(Base64($"{withoutProof},p={proof}"));
        if (right)
        {
            byte[] expected = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), authMessage);
            Assert.Equal("v=" + Convert.ToBase64String(expected), Decode(reply));
            reply = await client.AskAsync("");
        }

        Assert.StartsWith(right ? "235" : "535", reply);
    }

    [Fact]
    public async Task A_refused_XOAUTH2_token_is_explained_before_535()
    {
        await using var server = StartServer();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        string reply = await client.AskAsync("AUTH XOAUTH2 " + Base64("user=user\u0001auth=Bearer old\u0001\u0001"));
        Assert.Contains("\"status\":\"400\"", Decode(reply));
        Assert.StartsWith("535", await client.AskAsync(""));
        server.Options.AccessToken = "new";
        Assert.StartsWith("235", await client.AskAsync("AUTH XOAUTH2 " + Base64("user=user\u0001auth=Bearer new\u0001\u0001")));
    }

    [Fact]
    public async Task A_refused_OAUTHBEARER_token_is_explained_before_535()
    {
        await using var server = StartServer();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        string reply = await client.AskAsync("AUTH OAUTHBEARER " + Base64("n,a=user,\u0001host=x\u0001port=25\u0001auth=Bearer old\u0001\u0001"));
        Assert.Contains("invalid_token", Decode(reply));
        Assert.StartsWith("535", await client.AskAsync(Base64("\u0001")));
        Assert.StartsWith("235", await client.AskAsync("AUTH OAUTHBEARER " + Base64("n,a=user,\u0001auth=Bearer token\u0001\u0001")));
    }

    [Theory]
    [InlineData("AUTH", "501")]
    [InlineData("AUTH GSSAPI", "504")]
    [InlineData("AUTH PLAIN ???", "501")]
    [InlineData("AUTH PLAIN =", "535")]
    [InlineData("AUTH CRAM-MD5 eA==", "501")]
    [InlineData("AUTH PLAIN\r\n*", "334 501")]
    public async Task A_malformed_login_gets_the_reply_of_its_law(string lines, string codes)
    {
        await using var server = StartServer();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal(codes, await client.CodesAsync(lines.Split("\r\n")));
        Assert.StartsWith("250", await client.AskAsync("NOOP"));
    }

    [Fact]
    public async Task Where_login_is_required_mail_waits_for_it()
    {
        await using var server = StartServer(o => o.RequireAuthentication = true);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("530 235 503 250 503 250 354 250", await client.CodesAsync(
            "MAIL FROM:<>", "AUTH PLAIN " + Base64("\0user\0password"), "AUTH PLAIN",
            "MAIL FROM:<>", "AUTH PLAIN", "RCPT TO:<a@example.com>", "DATA", "."));
        Assert.Equal("user", server.Messages[0].User);
        Assert.Equal("user", server.Connections[0].User);
    }

    [Fact]
    public async Task A_login_can_be_scripted()
    {
        await using var server = StartServer();
        server.On(SmtpVerb.Auth, "454 4.7.0 temporary failure", times: 1);
        server.On(SmtpVerb.Auth, "334 bm9uc2Vuc2U=", times: 1);
        server.On(SmtpVerb.Auth, "235 2.7.0 anyone may");
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("454 334 535 235", await client.CodesAsync("AUTH PLAIN", "AUTH PLAIN", "eA==", "AUTH PLAIN eA=="));
        Assert.Equal("user", server.Connections[0].User);
    }

    [Fact]
    public async Task A_response_can_be_scripted()
    {
        await using var server = StartServer();
        server.On(SmtpVerb.AuthResponse, SmtpAction.Close, when: c => c.Argument == Base64("user"));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.AskAsync("AUTH LOGIN");
        await client.SendAsync(Base64("user") + "\r\n");
        Assert.Equal("", await client.ReadToEndAsync());
    }

    private static SmtpTestServer StartServer(Action<SmtpTestServerOptions>? more = null) => SmtpTestServer.Start(o =>
    {
        o.AuthMechanisms = All;
        more?.Invoke(o);
    });

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Decode(string reply)
    {
        Assert.StartsWith("334 ", reply);
        return Encoding.UTF8.GetString(Convert.FromBase64String(reply[4..]));
    }
}
