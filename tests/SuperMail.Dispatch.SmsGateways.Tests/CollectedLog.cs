using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.SmsGateways.Tests;

/// <summary>Everything that a gateway logs, at every level.</summary>
internal sealed class CollectedLog : ILogger, ILoggerProvider
{
    private readonly ConcurrentQueue<string> _entries = [];

    public IReadOnlyList<string> Entries => [.. _entries];

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
        _entries.Enqueue($"{eventId.Id} {formatter(state, exception)} {string.Join(' ', values.Select(static v => v.Value))} {exception}");
    }
}
