using Microsoft.Extensions.Logging;
using SuperMail.Dispatch;
using SuperMail.Dispatch.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a dispatcher remember its mailings in a SQLite file.</summary>
public static class SqliteLedgerBuilderExtensions
{
    /// <summary>Remembers mailings in this file, made when it is not there: they survive the process and the loss of power.</summary>
    /// <param name="builder">The dispatcher; each name needs a file of its own.</param>
    /// <param name="path"><see cref="SqliteLedgerOptions.Path"/>.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static MailingDispatchBuilder UseSqliteLedger(this MailingDispatchBuilder builder, string path) =>
        builder.UseSqliteLedger(options => options.Path = path);

    /// <summary>Remembers mailings in a SQLite file: they survive the process and the loss of power.</summary>
    /// <remarks>
    /// The file is opened when the dispatcher is first asked for, with a host at its start: a file that another process
    /// has, or that is no ledger, is a <see cref="SqliteLedgerException"/> there.
    /// </remarks>
    /// <param name="builder">The dispatcher; each name needs a file of its own.</param>
    /// <param name="configure">Sets the path, and what is to differ from the defaults.</param>
    /// <exception cref="ArgumentException">An option is outside its range; the message names it.</exception>
    public static MailingDispatchBuilder UseSqliteLedger(this MailingDispatchBuilder builder, Action<SqliteLedgerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new SqliteLedgerOptions();
        configure(options);
        SqliteLedgerRules.Check(options);
        options.Path = Path.GetFullPath(options.Path); // the process may change its folder before the file is opened
        var name = builder.Name;
        return builder.UseLedger(services =>
        {
            var ledger = SqliteLedger.Open(options, services.GetService<TimeProvider>() ?? TimeProvider.System);
            if (ledger.IsOlderCopy && services.GetService<ILoggerFactory>()?.CreateLogger("SuperMail.Dispatch") is { } log)
            {
                log.OlderCopyOpened(options.Path, name);
            }

            return ledger;
        });
    }
}
