using BenchmarkDotNet.Attributes;
using SuperMail.Dispatch.Partitioning;

namespace SuperMail.Dispatch.Benchmarks;

/// <summary>The arithmetic of who sends what.</summary>
[MemoryDiagnoser]
public class PartitioningBenchmarks
{
    private MailingFeed[] _feeds = [];

    /// <summary>Mailings that run at once.</summary>
    [Params(1, 10, 100)]
    public int Mailings { get; set; }

    /// <summary>Feeds of all three priorities.</summary>
    [GlobalSetup]
    public void Prepare() => _feeds = [.. Enumerable.Range(0, Mailings).Select(static i => new MailingFeed(MailingId.Create(), 1 << (i % 3)))];

    /// <summary>Whose window comes next.</summary>
    [Benchmark]
    public object? NextOfTheRoundRobin() => RoundRobin.Next(_feeds, static _ => true);

    /// <summary>The shares of 100 e-mails for 5 threads.</summary>
    [Benchmark]
    public int[] SharesOfTheQuota() => QuotaShares.Split(100, 5);
}
