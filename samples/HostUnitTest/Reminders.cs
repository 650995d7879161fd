namespace HostUnitTest;

/// <summary>What a host has of its own: reminders of appointments, by SMS.</summary>
public sealed class Reminders(IMailingDispatcher dispatcher)
{
    /// <summary>Reminds everybody; says how many were reached and how many were not.</summary>
    public async Task<(long Reached, long Missed)> SendAsync(IEnumerable<(string Mobile, string Name, string Time)> appointments, CancellationToken token = default)
    {
        var recipients = appointments.Select(static a => new Recipient(a.Mobile)
        {
            Fields = new Dictionary<string, string?> { ["name"] = a.Name, ["time"] = a.Time },
        });
        var report = await dispatcher.SendAsync(new SmsMailing("Reminders", "Dear {{name}}, see you at {{time}}.", recipients), cancellationToken: token);
        return (report.Counts.Sent, report.Counts.Failed + report.Counts.InDoubt);
    }
}
