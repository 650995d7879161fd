using SuperMail.Dispatch.SmsGateways.Cm;
using SuperMail.Dispatch.SmsGateways.Cpsms;
using SuperMail.Dispatch.SmsGateways.Generic;
using SuperMail.Dispatch.SmsGateways.Kannel;
using SuperMail.Dispatch.SmsGateways.LinkCommon;
using SuperMail.Dispatch.SmsGateways.PsWin;
using SuperMail.Dispatch.SmsGateways.Puzzel;
using SuperMail.Dispatch.SmsGateways.SmsTeknik;
using SuperMail.Dispatch.SmsGateways.Twilio;
using SuperMail.Dispatch.SmsGateways.TxtLocal;
using SuperMail.Dispatch.SmsGateways.Vonage;

namespace SuperMail.Dispatch;

/// <summary>The modules of this package. <c>AddSmsGateways</c> registers all of them.</summary>
public static class SmsGatewayModules
{
    /// <summary>All modules, by display name.</summary>
    public static IReadOnlyList<ISmsModule> All { get; } =
    [
        new CmModule(),
        new CpsmsModule(),
        new GenericModule(),
        new KannelModule(),
        new LinkCommonModule(),
        new PsWinModule(),
        new PuzzelModule(),
        new SmsTeknikModule(),
        new TwilioModule(),
        new TxtLocalModule(),
        new VonageModule(),
    ];

    /// <summary>The module of a key, letter case ignored; null for none.</summary>
    /// <param name="key">What <c>Mailing:Sms:Module</c> says, such as <c>twilio</c>.</param>
    public static ISmsModule? Find(string? key) => All.FirstOrDefault(m => m.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
}
