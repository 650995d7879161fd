using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>Logs a connection in: which mechanism, whether clear text allows it, and what a refusal means.</summary>
internal sealed class SmtpLogin(EmailSettings settings, TokenSource? tokens, RemoteMemory memory, SmtpFaults faults, ILogger logger)
{
    /// <summary>The mechanisms, the strongest first; CRAM-MD5 and the platform's only when chosen.</summary>
    private static readonly (SmtpAuthentication Choice, string[] Names, bool NeedsToken, bool IsAutomatic)[] s_mechanisms =
    [
        (SmtpAuthentication.ScramSha256, ["SCRAM-SHA-256"], false, true),
        (SmtpAuthentication.Plain, ["PLAIN"], false, true),
        (SmtpAuthentication.Login, ["LOGIN"], false, true),
        (SmtpAuthentication.OAuthBearer, ["OAUTHBEARER"], true, true),
        (SmtpAuthentication.XOAuth2, ["XOAUTH2"], true, true),
        (SmtpAuthentication.CramMd5, ["CRAM-MD5"], false, false),
        (SmtpAuthentication.Negotiate, ["NEGOTIATE", "GSSAPI"], false, false),
        (SmtpAuthentication.Ntlm, ["NTLM"], false, false),
    ];

    /// <summary>True when the settings want a login.</summary>
    public bool IsWanted =>
        !string.IsNullOrEmpty(settings.UserName) || settings.Authentication is SmtpAuthentication.Negotiate or SmtpAuthentication.Ntlm;

    private bool UsesTokens => settings.Authentication switch
    {
        SmtpAuthentication.OAuthBearer or SmtpAuthentication.XOAuth2 => true,
        SmtpAuthentication.Auto => tokens is not null,
        _ => false,
    };

    /// <summary>Logs in.</summary>
    /// <exception cref="MailTransportException">It was refused, or must not be tried.</exception>
    public async ValueTask RunAsync(
        SmtpConnection connection, SmtpCapabilities capabilities, OpeningJournal? journal, CancellationToken cancellationToken)
    {
        RefuseClearText(connection);
        if ($"{settings.UserName}{settings.Password}".Contains('\0', StringComparison.Ordinal))
        {
            // RFC 4616 §2: NUL parts the fields.
            throw faults.At(
                TransportFault.Configuration, DeliveryPhase.Authentication, "a user name or password holds a NUL;", "see Mailing:Email:UserName and Mailing:Email:Password.");
        }

        var (choice, name) = Choose(capabilities);
        // A closed gate means waiting for the login of another connection.
        await memory.Logins.RunAsync(
            (choice, settings.UserName, settings.Password),
            async () =>
            {
                var reply = await TryAsync(connection, choice, name, null, cancellationToken).ConfigureAwait(false);
                journal?.Note(reply);
                ThrowUnlessAccepted(reply, name);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>CVE-2017-15042: no secret in clear text, save on loopback or with explicit consent.</summary>
    private void RefuseClearText(SmtpConnection connection)
    {
        var isLoopback = connection.Socket.RemoteEndPoint is IPEndPoint { Address: var address }
            && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        if (!connection.IsSecure && !isLoopback && !settings.AllowPlaintextAuthentication)
        {
            throw faults.At(
                TransportFault.Security, DeliveryPhase.Authentication, "a login in clear text is not sent;",
                $"see {SmtpFaults.Setting(nameof(EmailSettings.UseSsl), settings.UseSsl)} and {SmtpFaults.Setting(nameof(EmailSettings.AllowPlaintextAuthentication), false)}.");
        }
    }

    private (SmtpAuthentication Choice, string Name) Choose(SmtpCapabilities capabilities)
    {
        foreach (var (choice, names, needsToken, isAutomatic) in s_mechanisms)
        {
            var isWanted = settings.Authentication == SmtpAuthentication.Auto
                ? isAutomatic && needsToken == UsesTokens
                : settings.Authentication == choice;
            if (isWanted && Array.Find(names, capabilities.AuthMechanisms.Contains) is { } name)
            {
                return (choice, name);
            }
        }

        var offered = capabilities.AuthMechanisms.Count == 0 ? "no AUTH" : $"AUTH {string.Join(' ', capabilities.AuthMechanisms)} only";
        throw faults.At(
            TransportFault.Configuration, DeliveryPhase.Authentication, $"it offers {offered};",
            $"see {SmtpFaults.Setting(nameof(EmailSettings.Authentication), settings.Authentication)}, {SmtpFaults.Setting(nameof(EmailSettings.UseSsl), settings.UseSsl)} and Mailing:Email:UserName.");
    }

    private async ValueTask<SmtpReply> TryAsync(
        SmtpConnection connection, SmtpAuthentication choice, string name, string? refusedToken, CancellationToken cancellationToken)
    {
        var token = UsesTokens ? await GetTokenAsync(refusedToken, cancellationToken).ConfigureAwait(false) : "";
        SmtpReply reply;
        connection.Concealed.Add(settings.UserName);
        connection.Concealed.Add(settings.Password);
        connection.Concealed.Add(token);
        try
        {
            using var mechanism = Make(choice, name, token);
            reply = await SaslExchange.RunAsync(connection, mechanism, settings.Timeouts.Hello).ConfigureAwait(false);
        }
        catch (SaslException e)
        {
            throw faults.At(
                TransportFault.Authentication, DeliveryPhase.Authentication, $"AUTH {name} was called off: {e.Message};",
                $"see {SmtpFaults.Setting(nameof(EmailSettings.Authentication), settings.Authentication)}.", e);
        }

        if (reply.FirstDigit == 5 && UsesTokens && refusedToken is null)
        {
            // The token may have run out: one new one, then it is the operator's turn.
            DispatchLog.SmtpTokenRefused(logger, faults.Relay);
            return await TryAsync(connection, choice, name, token, cancellationToken).ConfigureAwait(false);
        }

        return reply;
    }

    private async ValueTask<string> GetTokenAsync(string? refused, CancellationToken cancellationToken)
    {
        if (tokens is null)
        {
            throw faults.At(
                TransportFault.Configuration, DeliveryPhase.Authentication, "a token login needs an ISmtpTokenProvider;",
                $"see {SmtpFaults.Setting(nameof(EmailSettings.Authentication), settings.Authentication)}.");
        }

        try
        {
            return await tokens.GetAsync(settings.UserName ?? "", refused, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or TimeoutException)
        {
            // The token server is away: as if the relay were.
            throw faults.At(TransportFault.Connection, DeliveryPhase.Authentication, "no access token could be had from the ISmtpTokenProvider.", inner: e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What the host's code throws may hold a secret: its type says enough.
            throw faults.At(
                TransportFault.Authentication, DeliveryPhase.Authentication, $"the ISmtpTokenProvider failed with {e.GetType().Name};",
                "see its own log and Mailing:Email:UserName.");
        }
    }

    private SaslMechanism Make(SmtpAuthentication choice, string name, string token)
    {
        var user = settings.UserName ?? "";
        var password = settings.Password ?? "";
        return choice switch
        {
            SmtpAuthentication.ScramSha256 => new ScramSha256Mechanism(user, password),
            SmtpAuthentication.Plain => new PlainMechanism(user, password),
            SmtpAuthentication.Login => new LoginMechanism(user, password),
            SmtpAuthentication.CramMd5 => new CramMd5Mechanism(user, password),
            SmtpAuthentication.OAuthBearer => new OAuthBearerMechanism(user, token, settings.Host ?? "", settings.Port),
            SmtpAuthentication.XOAuth2 => new XOAuth2Mechanism(user, token),
            SmtpAuthentication.Ntlm => new NegotiateMechanism(name, "NTLM", Credential(), settings.Host ?? ""),
            _ => new NegotiateMechanism(name, "Negotiate", Credential(), settings.Host ?? ""),
        };

        NetworkCredential? Credential() => user.Length == 0 ? null : new NetworkCredential(user, password);
    }

    private void ThrowUnlessAccepted(in SmtpReply reply, string name)
    {
        if (reply.Accepts)
        {
            return;
        }

        // RFC 4954 §6: 535, 530, 534, 538 are about these credentials; 432, 454 and the rest of 4xx are about now.
        var fault = reply.FirstDigit switch
        {
            5 => TransportFault.Authentication,
            _ when reply.Closes || reply.Code == 432 || RelayTexts.IsThrottling(reply) => TransportFault.SlowDown,
            _ => TransportFault.Connection,
        };
        throw faults.Refused(
            fault, DeliveryPhase.Authentication, $"AUTH {name}", reply,
            "See Mailing:Email:UserName, Mailing:Email:Password" + $" and {SmtpFaults.Setting(nameof(EmailSettings.Authentication), settings.Authentication)}.");
    }
}
