using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch.Settings;

/// <summary>Collects faults as <c>path = value: rule.</c>, one line each.</summary>
internal sealed class SettingsFaults
{
    private const int LongestValue = 100;

    private readonly string _path;
    private readonly List<string> _lines;

    public SettingsFaults(string path)
        : this(path, [])
    {
    }

    private SettingsFaults(string path, List<string> lines)
    {
        _path = path;
        _lines = lines;
    }

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The same list, one step deeper in the path.</summary>
    public SettingsFaults In(string section) => new($"{_path}:{section}", _lines);

    public SettingsFaults In(string list, int index) => In($"{list}:{index.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The path of an option, for a rule that names a second option.</summary>
    public string PathOf(string option) => $"{_path}:{option}";

    public void Add(string option, string? value, string rule) =>
        AddLine(option, string.IsNullOrEmpty(value) ? "(not set)" : Quoted(value), rule);

    /// <summary>For what must not be repeated anywhere: passwords and user names.</summary>
    public void AddSecret(string option, string? value, string rule) =>
        AddLine(option, string.IsNullOrEmpty(value) ? "(not set)" : "(set)", rule);

    public void AddBare(string option, object value, string rule) =>
        AddLine(option, Convert.ToString(value, CultureInfo.InvariantCulture)!, rule);

    public void Range(string option, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            AddBare(option, value, string.Create(CultureInfo.InvariantCulture, $"must be {least:N0} to {most:N0}"));
        }
    }

    public void Range(string option, TimeSpan value, TimeSpan most)
    {
        if (value < TimeSpan.Zero || value > most)
        {
            AddBare(option, value, $"must be 0 to {InWords(most)} (written as {Written})");
        }
    }

    public void PositiveRange(string option, TimeSpan value, TimeSpan most)
    {
        if (value <= TimeSpan.Zero || value > most)
        {
            AddBare(option, value, $"must be more than 0 and at most {InWords(most)} (written as {Written})");
        }
    }

    public void Defined<T>(string option, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            AddBare(option, value, $"must be one of {string.Join(", ", Enum.GetNames<T>())}");
        }
    }

    /// <summary>A value in quotes: on one line and cut when long, so that it can neither forge a line nor flood a log.</summary>
    public static string Quoted(string value)
    {
        var text = new StringBuilder("'");
        foreach (var character in value.AsSpan(0, Math.Min(value.Length, LongestValue)))
        {
            if (char.IsControl(character) || character is '\u2028' or '\u2029')
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            }
            else
            {
                text.Append(character);
            }
        }

        return text.Append(value.Length > LongestValue ? "…'" : "'").ToString();
    }

    // A bare number is read as days by .NET: the reminder saves a search.
    private const string Written = "hh:mm:ss or d.hh:mm:ss";

    private static string InWords(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays} days"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours} h"),
        { TotalMinutes: >= 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
    };

    private void AddLine(string option, string value, string rule) => _lines.Add($"{_path}:{option} = {value}: {rule}.");
}
