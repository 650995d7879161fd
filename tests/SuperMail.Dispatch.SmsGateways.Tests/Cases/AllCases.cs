using Xunit;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

/// <summary>Every module's case: a module without one fails a test.</summary>
internal static class AllCases
{
    private static readonly ProviderCase[] Cases =
    [
        KannelCase.Value, GenericCase.Value, TwilioCase.Value, CmCase.Value, PsWinCase.Value, LinkCommonCase.Value,
        VonageCase.Value, CpsmsCase.Value, PuzzelCase.Value, SmsTeknikCase.Value, TxtLocalCase.Value,
    ];

    public static IEnumerable<string> Modules => Cases.Select(static c => c.Module);

    public static ProviderCase Of(string module) => Cases.Single(c => c.Module == module);

    public static TheoryData<string> All() => [.. Modules];

    public static TheoryData<string> Batches() => [.. Cases.Where(static c => c.Mixed is not null).Select(static c => c.Module)];

    public static TheoryData<string, int> Errors() =>
        [.. Cases.SelectMany(static c => Enumerable.Range(0, c.Errors.Count).Select(i => new TheoryDataRow<string, int>(c.Module, i)))];
}
