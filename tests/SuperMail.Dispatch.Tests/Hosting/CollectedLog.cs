using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Tests.Hosting;

/// <summary>Everything that is logged, at every level.</summary>
internal sealed class CollectedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<Entry> _entries = [];

    /// <summary>One sentence, with whatever else a log sink may keep of it.</summary>
    public sealed record Entry(string Category, int Id, LogLevel Level, string Sentence, string Everything);

    public IReadOnlyCollection<Entry> Entries => _entries;

    public IEnumerable<Entry> Of(int id) => _entries.Where(e => e.Category == "SuperMail.Dispatch" && e.Id == id);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(CollectedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            var sentence = formatter(state, exception);
            log._entries.Enqueue(new Entry(category, eventId.Id, logLevel, sentence, $"{sentence} {string.Join(' ', values.Select(v => v.Value))} {exception}"));
        }
    }
}
