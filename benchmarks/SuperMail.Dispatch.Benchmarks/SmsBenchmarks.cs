using BenchmarkDotNet.Attributes;

namespace SuperMail.Dispatch.Benchmarks;

/// <summary>What a text message costs before it is offered: its number read, its segments counted.</summary>
[MemoryDiagnoser]
public class SmsBenchmarks
{
    private static readonly CountryCode Home = CountryCode.Parse("44");

    private static readonly string Plain = string.Concat(Enumerable.Repeat("Dear reader, your table is booked. ", 12));

    private static readonly string Foreign = string.Concat(Enumerable.Repeat("Ваш столик заказан 🍽️. ", 12));

    /// <summary>As people write it, with the trunk zero.</summary>
    [Benchmark(Baseline = true)]
    public PhoneNumber NationalNumber() => PhoneNumber.Parse("07700 900123", Home);

    /// <summary>As E.164 writes it.</summary>
    [Benchmark]
    public PhoneNumber InternationalNumber() => PhoneNumber.Parse("+447700900123");

    /// <summary>420 characters of the GSM alphabet: three segments.</summary>
    [Benchmark]
    public int GsmSegments() => SmsSegments.Count(Plain).Segments;

    /// <summary>UCS-2, cut between grapheme clusters.</summary>
    [Benchmark]
    public int Ucs2Segments() => SmsSegments.Count(Foreign).Segments;
}
