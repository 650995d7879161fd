namespace SuperMail.Dispatch.Sqlite;

/// <summary>What an operation works on: the open transaction, and what is to be told once it is committed.</summary>
internal sealed class WriteScope(Database database, TimeProvider time)
{
    private readonly List<Action> _news = [];

    public Database Database { get; } = database;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>True when something was begun: mail leaves on the strength of this commit.</summary>
    public bool Began { get; set; }

    /// <summary>True when personal data was deleted: after the commit the log is emptied too, in which it would still stand.</summary>
    public bool EmptiesLog { get; set; }

    /// <summary>How much is to be told; what a refused operation added behind it is dropped.</summary>
    public int NewsCount => _news.Count;

    /// <summary>To be done after the commit and before anybody hears of it; never if there is none.</summary>
    public void AfterCommit(Action news) => _news.Add(news);

    public void ForgetNewsFrom(int count) => _news.RemoveRange(count, _news.Count - count);

    public void Reset()
    {
        _news.Clear();
        Began = EmptiesLog = false;
    }

    public void TellNews()
    {
        foreach (var news in _news)
        {
            news();
        }
    }
}
