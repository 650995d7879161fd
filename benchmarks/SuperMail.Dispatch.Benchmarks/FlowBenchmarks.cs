using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace SuperMail.Dispatch.Benchmarks;

/// <summary>Everything but the wire: reading, ledger, partitioner, composing, outcomes, with a transport that takes all.</summary>
[MemoryDiagnoser]
public class FlowBenchmarks
{
    private const int Recipients = 10_000;

    private static readonly Recipient[] Readers =
    [
        .. Enumerable.Range(0, Recipients).Select(static i => new Recipient($"reader{i:D7}@private.test")
        {
            Fields = new Dictionary<string, string?> { ["Name"] = $"Reader {i:D7}" },
        }),
    ];

    private static readonly TemplateContent Content = new() { Subject = "{{Name}}, your news", Text = "Dear {{Name}},\n\nhere is your news.\n" };

    private readonly ServiceProvider _services = CreateServices();

    /// <summary>Per recipient; the recipients themselves exist already.</summary>
    [Benchmark(OperationsPerInvoke = Recipients)]
    public async Task<long> SendToAll()
    {
        var report = await _services.GetRequiredService<IMailingDispatcher>().SendAsync(new EmailMailing("Benchmark", Content, Readers));
        return report.Counts.Sent == Recipients ? report.Counts.Sent : throw new InvalidOperationException($"{report}");
    }

    /// <summary>Ends the dispatcher.</summary>
    [GlobalCleanup]
    public void End() => _services.Dispose();

    private static ServiceProvider CreateServices()
    {
        var services = new ServiceCollection();
        services.AddMailingDispatch(static settings =>
        {
            (settings.Email.Host, settings.Email.DefaultFromAddress) = ("127.0.0.1", "news@sender.test");
            settings.Email.Mailboxes = [new MailboxSettings { Address = "news@sender.test" }];
        }).UseTransport(static _ => new TakingTransport());
        return services.BuildServiceProvider();
    }

    private sealed class TakingTransport : IMailTransport, IMailSession
    {
        private static readonly Verdict Taken = new() { Kind = VerdictKind.Sent };

        public ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken) => new(this);

        public async ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken)
        {
            while (await feed.NextAsync(cancellationToken) is { } message)
            {
                message.Report(Taken);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
