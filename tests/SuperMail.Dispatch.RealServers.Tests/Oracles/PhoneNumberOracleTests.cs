using System.Text.Json;
using SuperMail.Dispatch.RealServers.Tests.Servers;
using SuperMail.Dispatch.Tests.Guards;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests.Oracles;

/// <summary>Our reading of phone numbers beside that of Debian's python3-phonenumbers, for every region that it knows.</summary>
public sealed class PhoneNumberOracleTests
{
    private const string Library = "Debian package python3-phonenumbers";

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    // Where 00 is not what one dials, or dials with a carrier's digits, the library takes 00 for a part of the number.
    private static readonly string[] FormsOf00 = ["00", "00 with blanks", "00 and (0)"];

    private static readonly string[] FormsOfParentheses = ["(0)", "(0) with blank", "00 and (0)"];

    private static readonly string[] FormsWithoutPlus = ["code without plus", "code without plus, with blanks"];

    [Fact]
    public async Task Numbers_of_all_regions_are_read_as_the_library_reads_them()
    {
        var forms = await FormsAsync();
        Assert.True(forms.Length >= 5_000, $"only {forms.Length} forms");
        Assert.True(forms.Select(form => form.Region).Distinct().Count() >= 240);

        var strange = forms.Where(form => form.Ours != form.Read).GroupBy(ClassOf).ToDictionary(group => group.Key, group => group.ToArray());
        TestContext.Current.TestOutputHelper?.WriteLine($"{forms.Length} forms, {string.Join(", ", strange.Select(group => $"{group.Key}: {group.Value.Length}"))}");

        Assert.DoesNotContain(Difference.Unexplained, strange.Select(group => group.Key));

        // Where the library finds the number that the form was made of, we find it as well, but for these.
        var fair = forms.Where(form => form.Read == form.Written).ToArray();
        var agreed = fair.Count(form => form.Ours == form.Read);
        Assert.True(agreed >= 0.99 * fair.Length, $"{agreed} of {fair.Length}");
        var mobile = fair.Where(form => form.Type == "mobile").ToArray();
        var agreedMobile = mobile.Count(form => form.Ours == form.Read);
        Assert.True(agreedMobile >= 0.995 * mobile.Length, $"{agreedMobile} of {mobile.Length} mobile numbers");

        // Fixed lines without a plus are the one class of more than a handful.
        Assert.InRange(strange[Difference.FixedLineWithoutPlus].Length, 1, 110);
        Assert.Equal(["AD", "MM"], Regions(strange[Difference.BothLengthsFit]));
        Assert.Equal(["CV", "GY", "MN", "NG", "WS"], Regions(strange[Difference.PrefixLeftOut]));
        Assert.Equal(["AR"], Regions(strange[Difference.Argentinian15]));
    }

    [Fact]
    public async Task Where_the_library_loses_the_number_that_was_written_we_find_it()
    {
        var lost = (await FormsAsync()).Where(form => form.Read != form.Written).ToArray();
        Assert.True(lost.Length > 500, $"only {lost.Length} forms");
        var wrong = lost.Where(form => form.Ours != form.Written).Select(form => $"{form.Region} {form.Form}").Distinct().Order().ToArray();

        // Swedish fixed lines without a plus: lost by both.
        Assert.Equal(["SE code without plus", "SE code without plus, with blanks"], wrong);
    }

    [Fact]
    public async Task The_numbering_table_is_what_its_generator_writes()
    {
        var written = await OracleScript.RunAsync(Python(), Repository.PathOf("tools", "numbering_table.py"), "", Library, Token);
        var table = await File.ReadAllTextAsync(Repository.PathOf("src", "SuperMail.Dispatch", "Addresses", "NumberingTable.cs"), Token);
        Assert.Equal(written, table);
    }

    private static Difference ClassOf(WrittenForm form) =>
        form.Ours == form.Written && FormsOf00.Contains(form.Form) ? Difference.DoubleZeroElsewhere
        : form.Ours == form.Written && FormsOfParentheses.Contains(form.Form) ? Difference.ZeroThatIsNone
        : form.Ours == form.Written && FormsWithoutPlus.Contains(form.Form) ? Difference.CodeThatMayBeginANumber
        : form.Type == "fixed" && FormsWithoutPlus.Contains(form.Form) ? Difference.FixedLineWithoutPlus
        : FormsWithoutPlus.Contains(form.Form) ? Difference.BothLengthsFit
        : form.Form == "own international prefix" ? Difference.PrefixLeftOut
        : form.Region == "AR" && form.Form.StartsWith("national", StringComparison.Ordinal) ? Difference.Argentinian15
        : Difference.Unexplained;

    private static IEnumerable<string> Regions(WrittenForm[] forms) => forms.Select(form => form.Region).Distinct().Order();

    // The package is of Debian's Python, whatever other one comes first in PATH.
    private static string Python() => Tool.RequirePath("/usr/bin/python3", Library);

    private static async Task<WrittenForm[]> FormsAsync()
    {
        var lines = await OracleScript.RunAsync(Python(), OracleScript.Here("phone_forms.py"), "", Library, Token);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<WrittenForm>(line, JsonSerializerOptions.Web)!)];
    }

    /// <summary>Why a reading differs from the library's.</summary>
    private enum Difference
    {
        Unexplained,

        /// <summary>00 written in a country that dials something else: we find the number, the library does not.</summary>
        DoubleZeroElsewhere,

        /// <summary>(0) written where there is no trunk prefix 0: we find the number, the library does not.</summary>
        ZeroThatIsNone,

        /// <summary>A country code without plus that begins numbers of fixed lines too: we find the mobile number, the library does not.</summary>
        CodeThatMayBeginANumber,

        /// <summary>A fixed line's number behind a country code without plus: our table knows the lengths of mobile numbers.</summary>
        FixedLineWithoutPlus,

        /// <summary>A mobile number behind a country code without plus, where the whole has a mobile number's length too.</summary>
        BothLengthsFit,

        /// <summary>Two countries dial 0 before a country code, which elsewhere is a trunk prefix; three dial 001 or 009, which lists mean as 00 and a code that begins so.</summary>
        PrefixLeftOut,

        /// <summary>Argentina writes 15 in the middle of a mobile number at home, and 9 before it abroad.</summary>
        Argentinian15,
    }

    private sealed record WrittenForm(string Form, string Type, string Region, string Code, string Text, string Written, string? Read)
    {
        public string? Ours { get; } = PhoneNumber.TryParse(Text, CountryCode.Parse(Code), out var number, out _) ? number.ToString() : null;
    }
}
