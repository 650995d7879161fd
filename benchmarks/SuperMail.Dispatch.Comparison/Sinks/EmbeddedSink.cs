using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// The SMTP server of SuperMail.Dispatch.Testing in a process of its own: what smtp-sink has not (CHUNKING, STARTTLS,
/// AUTH), at less speed. It keeps nothing and counts.
/// </summary>
internal sealed class EmbeddedSink : ISink
{
    public const string Verb = "sink";

    private readonly Process _process;

    private EmbeddedSink(Process process, int port, string? authorityPath) => (_process, Port, AuthorityPath) = (process, port, authorityPath);

    public int Port { get; }

    public string? AuthorityPath { get; }

    public static async Task<ISink> OpenAsync(bool secured)
    {
        var process = ChildProcess.Start(ChildProcess.Self[0], [.. ChildProcess.Self.Skip(1), Verb, secured ? "secured" : "plain"]);
        var hello = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"The embedded server did not start: {await process.StandardError.ReadToEndAsync()}");
        var (port, authority) = JsonSerializer.Deserialize<Greeting>(hello)!;
        if (authority is null)
        {
            return new EmbeddedSink(process, port, null);
        }

        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, authority);
        return new EmbeddedSink(process, port, path);
    }

    /// <summary>In the child process: serves until told to count, then counts, and ends with its input.</summary>
    public static async Task ServeAsync(bool secured)
    {
        await using var server = SmtpTestServer.Start(options =>
        {
            (options.KeepMessages, options.KeepLog) = (false, false);
            (options.StartTls, options.RequireAuthentication) = (secured, secured);
            options.AuthMechanisms = secured ? ["PLAIN"] : [];
        });
        Console.WriteLine(JsonSerializer.Serialize(new Greeting(server.Port, secured ? server.Authority.ExportCertificatePem() : null)));
        while (await Console.In.ReadLineAsync() is { } expected)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            try
            {
                await server.WaitForMessagesAsync(int.Parse(expected, CultureInfo.InvariantCulture), patience.Token);
                await server.WaitForIdleAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // What is missing is told by the count.
            }

            Console.WriteLine(JsonSerializer.Serialize(new SinkCount(server.MessagesAccepted, server.TotalConnections)));
        }
    }

    public async Task<SinkCount> CountAsync(int expected)
    {
        await _process.StandardInput.WriteLineAsync(expected.ToString(CultureInfo.InvariantCulture));
        await _process.StandardInput.FlushAsync();
        return JsonSerializer.Deserialize<SinkCount>(await _process.StandardOutput.ReadLineAsync() ?? "null")
            ?? throw new InvalidOperationException($"The embedded server ended: {await _process.StandardError.ReadToEndAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (AuthorityPath is not null)
        {
            File.Delete(AuthorityPath);
        }
    }

    private sealed record Greeting(int Port, string? Authority);
}
