using System.Globalization;
using System.Text.Json;
using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests.Oracles;

/// <summary>Our count of segments beside that of npm's sms-segments-calculator, over random texts of mixed alphabets.</summary>
public sealed class SegmentOracleTests
{
    private const int Texts = 4_000;
    private const int Longest = 400;

    private static readonly string[] Gsm =
        [.. "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./059:;<=>?¡AMZÄÖÑÜ§¿amzäöñüà".Select(static c => c.ToString())];

    private static readonly string[] Extended = [.. "\f^{}\\[~]|€".Select(static c => c.ToString())];
    private static readonly string[] Foreign = ["ç", "á", "я", "中", "\u201C", "`", "ا", "한"];
    private static readonly string[] Clusters = ["😀", "e\u0301", "👍🏽", "🇬🇧", "❤\uFE0F", "👨‍👩‍👧‍👦", "각", "กำ"];
    private static readonly string[] NewerClusters = ["क्ष", "🧑‍🚀", "🫶🏿", "\u0600١"];
    private static readonly string[] LineBreaks = ["\r\n", "\r"];
    private static readonly string Endless = "e" + new string('\u0301', 80);

    // Each alphabet is what a text may be drawn from.
    private static readonly string[][] Alphabets =
    [
        Gsm, [.. Gsm, .. Extended], Extended, [.. Gsm, .. Foreign], [.. Foreign, .. Clusters], [.. Gsm, .. Clusters], Clusters,
        [.. Foreign, .. NewerClusters], [.. Gsm, .. LineBreaks], [.. Foreign, Endless],
    ];

    [Fact]
    public async Task Random_texts_are_counted_as_the_calculator_counts_them()
    {
        var texts = RandomTexts();
        var answers = await AnswersAsync(texts);
        Assert.Equal(texts.Length, answers.Length);
        var differences = texts.Zip(answers)
            .Where(pair => !Same(SmsSegments.Count(pair.First), pair.Second))
            .GroupBy(pair => ClassOf(pair.First, pair.Second))
            .ToDictionary(group => group.Key, group => group.ToArray());
        TestContext.Current.TestOutputHelper?.WriteLine($"{texts.Length} texts, {string.Join(", ", differences.Select(group => $"{group.Key}: {group.Value.Length}"))}");

        Assert.False(
            differences.TryGetValue(Difference.Unexplained, out var unexplained),
            $"{unexplained?.Length} texts, the first: {JsonSerializer.Serialize(unexplained?[0].First)} {SmsSegments.Count(unexplained?[0].First ?? "")} {unexplained?[0].Second}");

        // Each explanation is tried: what it blames is there, and alone to blame.
        Assert.Equal([Difference.EmptyText, Difference.OlderClusters, Difference.ClusterBeyondASegment], differences.Keys.Order());
        Assert.All(differences[Difference.ClusterBeyondASegment], pair => Assert.All(SmsSegments.Split(pair.First), part => Assert.InRange(part.Length, 1, 67)));
        Assert.All(differences[Difference.OlderClusters], pair => Assert.Equal(pair.Second.Segments, SegmentsOf(pair.Second.Clusters)));
    }

    [Fact]
    public async Task Every_character_is_of_the_same_alphabet_for_both()
    {
        var characters = Enumerable.Range(0, char.MaxValue + 1).Select(static code => (char)code)
            .Where(static character => !char.IsSurrogate(character)).Select(static character => character.ToString()).ToArray();
        var answers = await AnswersAsync(characters);
        var different = characters.Zip(answers).Where(pair => !Same(SmsSegments.Count(pair.First), pair.Second)).Select(pair => $"U+{(int)pair.First[0]:X4} {pair.Second}");
        Assert.Empty(different);
    }

    private static Difference ClassOf(string text, Answer theirs) =>
        text.Length == 0 ? Difference.EmptyText
        : theirs.Clusters.Max() > 67 ? Difference.ClusterBeyondASegment
        : !theirs.Clusters.SequenceEqual(ClustersOf(text)) ? Difference.OlderClusters
        : Difference.Unexplained;

    private static bool Same(SmsSegmentCount ours, Answer theirs) =>
        (ours.Encoding == SmsEncoding.Gsm7 ? "GSM-7" : "UCS-2", ours.Segments, ours.Units) == (theirs.Encoding, theirs.Segments, theirs.Units);

    /// <summary>UCS-2 segments when these clusters are kept whole.</summary>
    private static int SegmentsOf(int[] clusters)
    {
        if (clusters.Sum() <= 70)
        {
            return 1;
        }

        var (segments, used) = (1, 0);
        foreach (var cluster in clusters)
        {
            (segments, used) = used + cluster > 67 ? (segments + 1, cluster) : (segments, used + cluster);
        }

        return segments;
    }

    private static IEnumerable<int> ClustersOf(string text)
    {
        var starts = StringInfo.ParseCombiningCharacters(text);
        return starts.Skip(1).Append(text.Length).Zip(starts, static (end, start) => end - start);
    }

    private static string[] RandomTexts()
    {
        // The seed is fixed: a failure can be seen again.
        var random = new Random(20_261_121);
        return ["", .. Enumerable.Range(1, Texts).Select(_ =>
        {
            var alphabet = Alphabets[random.Next(Alphabets.Length)];
            var length = random.Next(1, Longest);
            var text = new System.Text.StringBuilder();
            while (text.Length < length)
            {
                text.Append(alphabet[random.Next(alphabet.Length)]);
            }

            return text.ToString();
        })];
    }

    private static async Task<Answer[]> AnswersAsync(string[] texts)
    {
        var node = Tool.RequirePath("node", "Debian package nodejs");
        var lines = await OracleScript.RunAsync(
            node,
            OracleScript.Here("segments.js"),
            string.Concat(texts.Select(static text => JsonSerializer.Serialize(text) + "\n")),
            "npm package sms-segments-calculator",
            TestContext.Current.CancellationToken);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonSerializer.Deserialize<Answer>(line, JsonSerializerOptions.Web)!)];
    }

    /// <summary>Why a count differs from the calculator's.</summary>
    private enum Difference
    {
        Unexplained,

        /// <summary>No text: the calculator counts one segment.</summary>
        EmptyText,

        /// <summary>Clusters of later Unicode versions than the calculator's tables.</summary>
        OlderClusters,

        /// <summary>A cluster that no segment can hold: the calculator puts it into one all the same.</summary>
        ClusterBeyondASegment,
    }

    private sealed record Answer(string Encoding, int Segments, int Units, int[] Clusters);
}
