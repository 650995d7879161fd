using System.Net;
using System.Text;
using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpLoginTests
{
    private const string Canary = "c4n4ry-p4ssw0rd";

    [Theory]
    [InlineData("PLAIN", SmtpAuthentication.Plain)]
    [InlineData("LOGIN", SmtpAuthentication.Login)]
    [InlineData("CRAM-MD5", SmtpAuthentication.CramMd5)]
    [InlineData("SCRAM-SHA-256", SmtpAuthentication.ScramSha256)]
    [InlineData("XOAUTH2", SmtpAuthentication.XOAuth2)]
    [InlineData("OAUTHBEARER", SmtpAuthentication.OAuthBearer)]
    public async Task Each_mechanism_logs_in(string name, SmtpAuthentication choice)
    {
        await using var bed = Start([name], new Tokens(Canary));
        bed.Settings.Authentication = choice;
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
        Assert.Equal("user", bed.Server.Messages.Single().User);
    }

    [Theory]
    [InlineData("PLAIN", SmtpAuthentication.Plain)]
    [InlineData("LOGIN", SmtpAuthentication.Login)]
    [InlineData("CRAM-MD5", SmtpAuthentication.CramMd5)]
    [InlineData("SCRAM-SHA-256", SmtpAuthentication.ScramSha256)]
    public async Task A_wrong_password_is_a_fault_that_does_not_repeat_it(string name, SmtpAuthentication choice)
    {
        await using var bed = Start([name]);
        bed.Settings.Authentication = choice;
        bed.Settings.Password = "wr0ng-c4n4ry";
        bed.Log.Least = Microsoft.Extensions.Logging.LogLevel.Trace;
        var fault = await OpenFaultAsync(bed);
        Assert.Equal((TransportFault.Authentication, DeliveryPhase.Authentication, true), (fault.Fault, fault.Phase, fault.Pauses));
        Assert.Contains("Mailing:Email:UserName", fault.Message, StringComparison.Ordinal);
        var everything = fault + string.Concat(bed.Log.Entries);
        Assert.DoesNotContain("wr0ng-c4n4ry", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("wr0ng-c4n4ry"u8), everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "LOGIN", "PLAIN", "SCRAM-SHA-256", "CRAM-MD5" }, "AUTH SCRAM-SHA-256")]
    [InlineData(new[] { "CRAM-MD5", "LOGIN", "PLAIN" }, "AUTH PLAIN")]
    [InlineData(new[] { "CRAM-MD5", "LOGIN" }, "AUTH LOGIN")]
    public async Task The_strongest_that_both_sides_know_is_taken(string[] offered, string expected)
    {
        await using var bed = Start(offered);
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
        Assert.Contains(await bed.LinesAsync(), line => line.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task CRAM_MD5_is_not_used_unless_chosen()
    {
        await using var bed = Start(["CRAM-MD5"]);
        var fault = await OpenFaultAsync(bed);
        Assert.Equal(TransportFault.Configuration, fault.Fault);
        Assert.Contains("AUTH CRAM-MD5 only", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Auth));
    }

    [Fact]
    public async Task No_password_goes_in_clear_text_save_on_loopback_or_with_consent()
    {
        var local = Array.Find(await Dns.GetHostAddressesAsync(Dns.GetHostName(), SmtpBed.Token), a => !IPAddress.IsLoopback(a));
        Assert.SkipWhen(local is null, "this host has no address beside loopback");
        using var relay = new RelayOn(local!);
        await using var bed = Start(["PLAIN"]);
        relay.ForwardTo(bed.Server.EndPoint);
        (bed.Settings.Host, bed.Settings.Port) = (local!.ToString(), relay.Port);
        var fault = await OpenFaultAsync(bed);
        Assert.Equal(TransportFault.Security, fault.Fault);
        Assert.Contains("Mailing:Email:AllowPlaintextAuthentication (now False)", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Auth));
        bed.Settings.AllowPlaintextAuthentication = true;
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
    }

    [Theory]
    [InlineData("454 4.7.0 temporary failure", TransportFault.Connection)]
    [InlineData("432 4.7.12 password transition", TransportFault.SlowDown)]
    [InlineData("421 4.7.0 go", TransportFault.SlowDown)]
    [InlineData("535 5.7.8 wrong", TransportFault.Authentication)]
    [InlineData("534 5.7.9 too weak", TransportFault.Authentication)]
    public async Task A_refused_login_is_the_operators_matter_and_a_deferred_one_the_relays(string reply, TransportFault expected)
    {
        await using var bed = Start(["PLAIN"]);
        bed.Server.On(SmtpVerb.Auth, reply);
        Assert.Equal(expected, (await OpenFaultAsync(bed)).Fault);
    }

    [Fact]
    public async Task A_token_provider_that_fails_pauses_and_its_message_is_not_repeated()
    {
        await using var bed = Start(["XOAUTH2"], new BrokenTokens());
        var fault = await OpenFaultAsync(bed);
        Assert.Equal(TransportFault.Authentication, fault.Fault);
        Assert.DoesNotContain(Canary, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_is_refreshed_once()
    {
        var tokens = new Tokens("old", Canary);
        await using var bed = Start(["XOAUTH2"], tokens);
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("a")));
        Assert.Equal([false, true], tokens.Asked);
    }

    [Theory]
    [InlineData("XOAUTH2", "")]
    [InlineData("OAUTHBEARER", "AQ==")]
    public async Task A_token_refused_twice_pauses_and_its_error_is_answered_as_the_law_says(string name, string answer)
    {
        var tokens = new Tokens("old", "also-old", "never-asked");
        await using var bed = Start([name], tokens);
        Assert.Equal(TransportFault.Authentication, (await OpenFaultAsync(bed)).Fault);
        Assert.Equal([false, true], tokens.Asked);
        Assert.Equal(2, (await bed.LinesAsync()).Count(line => line == answer));
    }

    [Fact]
    public async Task A_server_that_cannot_prove_that_it_knows_the_password_is_not_trusted()
    {
        await using var bed = Start(["SCRAM-SHA-256"]);
        bed.Server.On(SmtpVerb.AuthResponse, "235 2.7.0 come in", when: c => c.Occurrence == 1);
        var fault = await OpenFaultAsync(bed);
        Assert.Equal(TransportFault.Authentication, fault.Fault);
        Assert.Contains("before the exchange was complete", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_signature_of_the_server_calls_the_exchange_off()
    {
        await using var bed = Start(["SCRAM-SHA-256"]);
        bed.Server.On(SmtpVerb.AuthResponse, $"334 {Convert.ToBase64String(Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(new byte[32])))}", times: 1);
        Assert.Equal(TransportFault.Authentication, (await OpenFaultAsync(bed)).Fault);
        Assert.Contains("*", await bed.LinesAsync());
    }

    [Fact]
    public void SCRAM_says_what_RFC_7677_says()
    {
        using var scram = new ScramSha256Mechanism("user", "pencil", "rOprNGfwEbeRWgbNEkqO");
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Encoding.ASCII.GetString(scram.Start()));
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Encoding.ASCII.GetString(scram.Answer("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"u8)));
        Assert.False(scram.IsDone);
        Assert.Empty(scram.Answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="u8));
        Assert.True(scram.IsDone);
    }

    [Fact]
    public void CRAM_MD5_says_what_RFC_2195_says()
    {
        using var cram = new CramMd5Mechanism("tim", "tanstaaftanstaaf");
        Assert.Equal(
            "tim b913a602c7eda7a495b4e6e7334d3890",
            Encoding.ASCII.GetString(cram.Answer("<1896.697170952@postoffice.reston.mci.net>"u8)));
    }

    [Fact]
    public async Task A_wrong_password_is_tried_once_however_many_connections_wait()
    {
        await using var bed = Start(["PLAIN"]);
        bed.Settings.Password = "wrong";
        var release = new TaskCompletionSource();
        bed.Server.On(SmtpVerb.Auth, SmtpAction.Default.After(release.Task));
        var openings = Enumerable.Range(0, 5).Select(_ => OpenFaultAsync(bed)).ToArray();
        await bed.Server.WaitForCommandAsync(SmtpVerb.Ehlo, 5, SmtpBed.Token);
        await bed.Server.WaitForCommandAsync(SmtpVerb.Auth, 1, SmtpBed.Token);
        release.SetResult();
        Assert.All(await Task.WhenAll(openings), fault => Assert.Equal(TransportFault.Authentication, fault.Fault));

        // Who came to the gate after the refusal tries once more; those that stood at it do not.
        Assert.InRange(bed.Server.CountOf(SmtpVerb.Auth), 1, 4);
    }

    [Fact]
    public async Task The_platforms_mechanisms_fail_as_a_fault_where_they_are_not_to_be_had()
    {
        await using var bed = Start(["NTLM", "NEGOTIATE"]);
        bed.Settings.Authentication = SmtpAuthentication.Negotiate;
        Assert.Equal(TransportFault.Authentication, (await OpenFaultAsync(bed)).Fault);
    }

    private static SmtpBed Start(string[] mechanisms, ISmtpTokenProvider? tokens = null)
    {
        var bed = SmtpBed.Start(configure: options =>
        {
            options.AuthMechanisms = mechanisms;
            options.Password = options.AccessToken = Canary;
        }, tokens: tokens);
        (bed.Settings.UserName, bed.Settings.Password) = ("user", Canary);
        return bed;
    }

    private static async Task<MailTransportException> OpenFaultAsync(SmtpBed bed) =>
        await Assert.ThrowsAsync<MailTransportException>(() => bed.Transport.OpenAsync(SmtpBed.Token).AsTask());

    private sealed class Tokens(params string[] tokens) : ISmtpTokenProvider
    {
        public List<bool> Asked { get; } = [];

        public ValueTask<string> GetTokenAsync(string userName, bool refresh, CancellationToken cancellationToken)
        {
            Asked.Add(refresh);
            return new(tokens[Math.Min(Asked.Count, tokens.Length) - 1]);
        }
    }

    private sealed class BrokenTokens : ISmtpTokenProvider
    {
        public ValueTask<string> GetTokenAsync(string userName, bool refresh, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"no token for the secret {Canary}");
    }
}
