using System.Collections.Concurrent;

namespace SuperMail.Dispatch.Smtp;

/// <summary>The servers of one end point, told apart by how they greet, on which deep flights failed lately.</summary>
internal sealed class UnfitBanners(TimeProvider time, TimeSpan keep)
{
    // A greeting that is new each time must neither fill the memory nor be probed for ever.
    private const int Most = 32;

    private const string Any = "";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new();

    public bool Has(string banner) => Holds(KeyOf(banner)) || Holds(Any);

    /// <summary>True when it is news.</summary>
    public bool Add(string banner)
    {
        var now = time.GetUtcNow();
        foreach (var (key, until) in _until)
        {
            if (until <= now)
            {
                _until.TryRemove(key, out _);
            }
        }

        var isNews = !Has(banner);
        _until[_until.Count < Most ? KeyOf(banner) : Any] = now + keep;
        return isNews;
    }

    private bool Holds(string key) => _until.TryGetValue(key, out var until) && time.GetUtcNow() < until;

    // The host's name and the words that name the software. What holds a digit further on is a date, a time, an id of
    // the connection: other each time.
    private static string KeyOf(string banner)
    {
        var words = banner.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return "=" + string.Join(' ', words.Where(static (word, i) => i == 0 || !word.Any(char.IsAsciiDigit)));
    }
}
