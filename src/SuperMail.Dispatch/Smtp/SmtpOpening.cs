using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// The way from nothing to a connection that is ready for messages:
/// connect → greeting → EHLO → STARTTLS → EHLO again → AUTH.
/// </summary>
internal sealed class SmtpOpening(
    EmailSettings settings,
    SmtpTrust trust,
    SmtpLogin login,
    RemoteMemory memory,
    SmtpFaults faults,
    TimeProvider time,
    ILogger logger,
    OpeningJournal? journal)
{
    private readonly TlsPolicy _tls = TlsPolicy.Of(settings, login.IsWanted);
    private DeliveryPhase _phase = DeliveryPhase.Connect;

    /// <summary>The connection and what its last EHLO offered.</summary>
    /// <exception cref="MailTransportException">It could not be opened.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(SmtpConnection Connection, SmtpCapabilities Capabilities)> OpenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            journal?.Enter("connect");
            var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await using var stop = cancellationToken
                    .UnsafeRegister(static c => ((SmtpConnection)c!).Stop(), connection).ConfigureAwait(false);
                return (connection, await PrepareAsync(connection, cancellationToken).ConfigureAwait(false));
            }
            catch (HandshakeFailedException e)
            {
                // RFC 7435 §3: opportunistic, so the next best is tried, on a connection of its own.
                await connection.DisposeAsync().ConfigureAwait(false);
                if (memory.StayInClear())
                {
                    DispatchLog.SmtpInClear(logger, faults.Relay, e.Message);
                }
            }
            catch (WireException e)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                throw faults.Broken(_phase, e);
            }
            catch
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpCapabilities> PrepareAsync(SmtpConnection connection, CancellationToken cancellationToken)
    {
        if (_tls.Mode == SmtpTlsMode.Implicit)
        {
            await SecureAsync(connection).ConfigureAwait(false);
        }

        await GreetAsync(connection).ConfigureAwait(false);
        var capabilities = await HelloAsync(connection).ConfigureAwait(false);
        if (await StartTlsAsync(connection, capabilities).ConfigureAwait(false))
        {
            // RFC 3207 §4.2: forget all that was said in clear.
            capabilities = await HelloAsync(connection).ConfigureAwait(false);
        }

        if (login.IsWanted)
        {
            _phase = DeliveryPhase.Authentication;
            journal?.Enter("AUTH");
            await login.RunAsync(connection, capabilities, journal, cancellationToken).ConfigureAwait(false);
        }

        return capabilities;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        _phase = DeliveryPhase.Connect;
        Exception? last = null;
        foreach (var address in await ResolveAsync(cancellationToken).ConfigureAwait(false))
        {
            using var either = new CancellationTokenSource(settings.Timeouts.Connect, time);
            await using var stop = cancellationToken
                .UnsafeRegister(static e => ((CancellationTokenSource)e!).Cancel(), either).ConfigureAwait(false);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, settings.Port), either.Token).ConfigureAwait(false);
                return new SmtpConnection(socket, time);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                last = e;
            }
        }

        throw faults.At(
            TransportFault.Connection,
            DeliveryPhase.Connect,
            last is OperationCanceledException
                ? $"no connection in time; see {SmtpFaults.Setting("Timeouts:Connect", settings.Timeouts.Connect)},"
                : $"no connection ({last?.Message ?? "the host name has no address"}); see",
            $"{SmtpFaults.Setting(nameof(EmailSettings.Host), settings.Host)} and {SmtpFaults.Setting(nameof(EmailSettings.Port), settings.Port)}.",
            last);
    }

    private async ValueTask<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        var host = settings.Host ?? "";
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
        {
            return [literal];
        }

        using var timeout = new CancellationTokenSource(settings.Timeouts.Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await Dns.GetHostAddressesAsync(host, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw faults.At(
                TransportFault.Connection, DeliveryPhase.Connect, $"the host name was not found ({e.Message}); see",
                $"{SmtpFaults.Setting(nameof(EmailSettings.Host), host)}.", e);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask GreetAsync(SmtpConnection connection)
    {
        _phase = DeliveryPhase.Connect;
        journal?.Enter("greeting");
        var reply = await connection.ReadReplyAsync(settings.Timeouts.Greeting, keepText: true).ConfigureAwait(false);
        connection.Banner = reply.Text ?? "";
        Accept(reply, "the connection", $"See {SmtpFaults.Setting(nameof(EmailSettings.Host), settings.Host)}.");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpCapabilities> HelloAsync(SmtpConnection connection)
    {
        _phase = DeliveryPhase.Connect;
        var name = EhloName.Of(settings, (connection.Socket.LocalEndPoint as IPEndPoint)?.Address);
        if (!CommandWriter.IsSafe(name) || name.Contains(' ', StringComparison.Ordinal))
        {
            // GHSA-vvjj-xcjg-gr5g: the value is not repeated.
            throw faults.At(TransportFault.Configuration, DeliveryPhase.Connect, "the name for EHLO is no host name;", "see Mailing:Email:LocalName.");
        }

        journal?.Enter("EHLO");
        var reply = await CommandLine.AskAsync(connection, $"EHLO {name}", settings.Timeouts.Hello).ConfigureAwait(false);
        if (reply.FirstDigit == 5 && !_tls.IsRequired && !login.IsWanted && !connection.IsSecure)
        {
            // RFC 5321 §3.2: an old server; then there is no extension, so no TLS and no login.
            journal?.Enter("HELO");
            Accept(await CommandLine.AskAsync(connection, $"HELO {name}", settings.Timeouts.Hello).ConfigureAwait(false), "HELO", null);
            return SmtpCapabilities.None;
        }

        Accept(reply, "EHLO", $"See {SmtpFaults.Setting(nameof(EmailSettings.LocalName), name)}.");
        var capabilities = SmtpCapabilities.Parse(reply.Text ?? "");
        if (journal is not null)
        {
            journal.Capabilities = capabilities;
        }

        return capabilities;
    }

    /// <summary>True when the connection is now secured.</summary>
    private async ValueTask<bool> StartTlsAsync(SmtpConnection connection, SmtpCapabilities capabilities)
    {
        if (connection.IsSecure || _tls.Mode is SmtpTlsMode.None || (_tls.IsLenient && memory.StaysInClear))
        {
            return false;
        }

        if (!capabilities.StartTls)
        {
            return !_tls.IsRequired ? false : throw faults.At(
                TransportFault.Security, DeliveryPhase.Tls, "it does not offer STARTTLS although TLS is demanded;",
                $"see {SmtpFaults.Setting(nameof(EmailSettings.UseSsl), settings.UseSsl)}, {SmtpFaults.Setting(nameof(EmailSettings.TlsMode), settings.TlsMode)} and {SmtpFaults.Setting(nameof(EmailSettings.Port), settings.Port)}.");
        }

        _phase = DeliveryPhase.Tls;
        journal?.Enter("STARTTLS");
        var reply = await CommandLine.AskAsync(connection, "STARTTLS", settings.Timeouts.Hello).ConfigureAwait(false);
        if (reply.Refuses && !reply.Closes && _tls.IsLenient)
        {
            return false;
        }

        if (reply.FirstDigit == 5)
        {
            throw faults.Refused(
                TransportFault.Security, DeliveryPhase.Tls, "STARTTLS", reply, $"See {SmtpFaults.Setting(nameof(EmailSettings.UseSsl), settings.UseSsl)}.");
        }

        Accept(reply, "STARTTLS", null);
        if (connection.HasBufferedInput)
        {
            // CVE-2026-41319, CVE-2021-38371: somebody in between put words into the secured conversation.
            throw faults.At(TransportFault.Security, DeliveryPhase.Tls, "bytes came behind the reply to STARTTLS, which only an attacker in between sends.");
        }

        await SecureAsync(connection).ConfigureAwait(false);
        return true;
    }

    private async ValueTask SecureAsync(SmtpConnection connection)
    {
        _phase = DeliveryPhase.Tls;
        journal?.Enter("TLS");
        var judge = new CertificateJudge(settings, trust.Authorities(settings, faults), trust.Callback, _tls.IsLenient);
        var stream = new SslStream(connection.Stream, leaveInnerStreamOpen: false);
        connection.SetDeadline(settings.Timeouts.Hello);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = settings.Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificates = trust.ClientCertificates(settings, faults),
                CertificateRevocationCheckMode = settings.CheckCertificateRevocation
                    ? System.Security.Cryptography.X509Certificates.X509RevocationMode.Online
                    : System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = judge.Validate,
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw Unsecured(connection, judge, e);
        }
        finally
        {
            connection.ClearDeadline();
        }

        connection.Stream = stream;
        if (journal is not null)
        {
            journal.TlsProtocol = stream.SslProtocol.ToString();
            journal.Note($"{stream.SslProtocol}, {stream.NegotiatedCipherSuite}");
        }

        if (judge.Fault is { } fault && memory.FirstCertificateFault())
        {
            DispatchLog.SmtpUntrusted(logger, faults.Relay, fault);
        }
    }

    private Exception Unsecured(SmtpConnection connection, CertificateJudge judge, Exception e)
    {
        if (connection.EndedAs(e) is { Fault: WireFault.TimedOut or WireFault.Stopped } ended)
        {
            return ended;
        }

        if (_tls.IsLenient)
        {
            return new HandshakeFailedException(e.Message, e);
        }

        if (judge.Fault is { } fault)
        {
            return faults.At(TransportFault.Security, DeliveryPhase.Tls, $"its certificate is not trusted: {fault}.", inner: e);
        }

        return faults.At(
            e is AuthenticationException ? TransportFault.Security : TransportFault.Connection,
            DeliveryPhase.Tls,
            $"the TLS handshake failed ({e.Message});",
            $"see {SmtpFaults.Setting(nameof(EmailSettings.Port), settings.Port)} and {SmtpFaults.Setting(nameof(EmailSettings.TlsMode), _tls.Mode)}.",
            e);
    }

    /// <summary>2xx goes on; 421 and its like ask to be left in peace; all else is a fault of the connection.</summary>
    private void Accept(in SmtpReply reply, string step, string? hint)
    {
        journal?.Note(reply);
        if (reply.FirstDigit == 3)
        {
            throw faults.Unexpected(_phase, reply);
        }

        if (!reply.Accepts)
        {
            var isSlow = reply.Closes || (reply.FirstDigit == 4 && RelayTexts.IsThrottling(reply));
            throw faults.Refused(isSlow ? TransportFault.SlowDown : TransportFault.Connection, _phase, step, reply, hint);
        }
    }

    /// <summary>The handshake of opportunistic TLS failed.</summary>
    private sealed class HandshakeFailedException(string message, Exception inner) : Exception(message, inner);
}
