using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Telemetry;

/// <summary>
/// Every sentence that the library logs. One file a room; event ids: 1000 dispatcher and delivery, 2000 SMTP,
/// 3000 ledger, 4000 settings and host, 5000 SMS. Addresses and numbers come in masked; secrets never.
/// </summary>
internal static partial class DispatchLog
{
}
