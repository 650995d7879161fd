namespace SuperMail.Dispatch;

/// <summary>
/// Where a settings screen reads and writes the settings: a file, a database. The library never writes by itself;
/// a store that is also a configuration source, or reloads one, makes a change take effect from the next connection on.
/// </summary>
public interface IMailingSettingsStore
{
    /// <summary>The settings as stored, secrets included: whoever shows them leaves those out.</summary>
    /// <param name="name">The dispatcher's name; empty for the default one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<StoredMailingSettings> LoadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Stores the settings if nobody else did since <paramref name="expectedVersion"/> was loaded.</summary>
    /// <param name="name">The dispatcher's name; empty for the default one.</param>
    /// <param name="settings">What to store; the caller has validated it.</param>
    /// <param name="expectedVersion">The version that the change was made on.</param>
    /// <param name="cancellationToken">Ends the wait; what was stored stays stored.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="MailingSettingsConflictException">Another version is stored; nothing was changed.</exception>
    ValueTask<string> SaveAsync(string name, MailingSettings settings, string expectedVersion, CancellationToken cancellationToken);
}

/// <summary>Settings with the version that a change to them must name.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Version">Changes with every save; only compared, never read.</param>
public sealed record StoredMailingSettings(MailingSettings Settings, string Version);

/// <summary>The settings were changed by somebody else meanwhile: load them again and repeat the change.</summary>
public sealed class MailingSettingsConflictException : Exception
{
    /// <summary>Another version than the expected one is stored.</summary>
    public MailingSettingsConflictException(string expectedVersion, string storedVersion)
        : base($"The settings were changed meanwhile: version '{expectedVersion}' was expected, '{storedVersion}' is stored. Load them again and repeat the change.")
    {
        ExpectedVersion = expectedVersion;
        StoredVersion = storedVersion;
    }

    /// <summary>The version that the change was made on.</summary>
    public string ExpectedVersion { get; }

    /// <summary>The version that is stored.</summary>
    public string StoredVersion { get; }
}
