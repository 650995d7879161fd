using System.Text;
using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using static SuperMail.Dispatch.SmsReceiptState;

namespace SuperMail.Dispatch.SmsGateways.Tests.Callbacks;

/// <summary>What one provider calls back, as it documents it; <c>{state}</c> and <c>{text}</c> are filled in.</summary>
internal sealed record CallbackCase
{
    private const string FormType = "application/x-www-form-urlencoded";

    public required string Module { get; init; }

    public string Configuration { get; init; } = "";

    public required string Type { get; init; }

    /// <summary>Query of a receipt's address.</summary>
    public string ReceiptQuery { get; init; } = "";

    public string Receipt { get; init; } = "";

    public required string Key { get; init; }

    /// <summary>The provider's words and what they mean.</summary>
    public required IReadOnlyList<(string Word, SmsReceiptState State, bool? IsPermanent)> States { get; init; }

    public string InboundQuery { get; init; } = "";

    public string Inbound { get; init; } = "";

    /// <summary>The answer that the provider waits for, to a receipt.</summary>
    public string Answer { get; init; } = "";

    public static IReadOnlyList<CallbackCase> All { get; } =
    [
        new()
        {
            Module = "kannel", Type = "", Key = "m1",
            ReceiptQuery = "?id=m1&type={state}&answer=ACK%2F&at=1795302236",
            States = [("1", Delivered, null), ("2", Undelivered, null), ("4", Pending, null), ("8", Pending, null), ("16", Rejected, null), ("99", Unknown, null)],
            InboundQuery = "?from=07700900123&to=12345&text={text}&id=in1&at=1795302236",
        },
        new()
        {
            Module = "twilio", Type = FormType, Key = "SM1", Answer = """<?xml version="1.0" encoding="UTF-8"?><Response/>""",
            Receipt = "MessageSid=SM1&MessageStatus={state}&To=%2B447700900123&From=Example&ErrorCode=&Fresh=field",
            States = [("queued", Pending, null), ("sent", Pending, null), ("delivered", Delivered, null), ("undelivered", Undelivered, null), ("failed", Undelivered, null), ("canceled", Rejected, null), ("teleported", Unknown, null)],
            Inbound = "MessageSid=in1&From=%2B447700900123&To=12345&Body={text}&NumSegments=1",
        },
        new()
        {
            Module = "cm", Type = "application/json", Key = "m1",
            Receipt = """{"messages":{"msg":{"received":"2026-11-21T12:00:00","to":"00447700900123","reference":"m1","status":{"code":"{state}","errorCode":"5","errorDescription":"x"},"operator":"23410"}}}""",
            States = [("0", Pending, null), ("1", Rejected, null), ("2", Delivered, null), ("3", Undelivered, null), ("77", Unknown, null)],
            Inbound = """{"reference":"r","messageContext":"in1","from":{"number":"+447700900123"},"to":{"number":"12345"},"message":{"text":"{text}"},"groupings":["","",""],"timeUtc":"2026-11-21T12:00:00","channel":"SMS"}""",
        },
        new()
        {
            Module = "pswin", Type = "text/xml", Key = "984342374", Answer = "<?xml version=\"1.0\"?><MSGLST><MSG><ID>1</ID><STATUS>OK</STATUS></MSG></MSGLST>",
            Receipt = "<?xml version=\"1.0\"?><!DOCTYPE MSGLST SYSTEM \"pswincom_report_request.dtd\"><MSGLST><MSG><ID>1</ID><REF>984342374</REF><RCV>447700900123</RCV><STATE>{state}</STATE><DELIVERYTIME>2026.02.23 15:23:23</DELIVERYTIME></MSG></MSGLST>",
            States = [("DELIVRD", Delivered, null), ("EXPIRED", Expired, false), ("DELETED", Undelivered, null), ("UNDELIV", Undelivered, true), ("REJECTD", Rejected, null), ("FAILED", Undelivered, false), ("BARRED", Undelivered, true), ("NULL", Unknown, null), ("UNKNOWN", Unknown, null)],
            Inbound = "<?xml version=\"1.0\"?><MSGLST><MSG><ID>1</ID><REF>in1</REF><TEXT>{text}</TEXT><SND>447700900123</SND><RCV>12345</RCV></MSG></MSGLST>",
        },
        new()
        {
            Module = "link", Type = "application/json", Key = "abc123",
            Configuration = "link_platform_id = 1\nlink_platform_partner_id = 2",
            Receipt = """{"refId":"m1","id":"abc123$0","operator":"x","sentTimestamp":"2026-11-21T12:00:00Z","timestamp":"2026-11-21T12:00:00Z","resultCode":{state},"operatorResultCode":"2","segments":1}""",
            States = [("1001", Delivered, null), ("1000", Pending, null), ("1005", Pending, null), ("1002", Expired, false), ("1006", Undelivered, null), ("1004", Undelivered, false), ("2104", Rejected, true), ("2103", Rejected, null), ("4", Unknown, null), ("1", Undelivered, false), ("77", Unknown, null)],
            Inbound = """{"id":"in1","source":"+447700900123","destination":"12345","userData":"{text}","timestamp":"2026-11-21T12:00:00Z"}""",
        },
        new()
        {
            Module = "vonage", Type = FormType, Key = "0B00000127FDBC63",
            Receipt = "msisdn=447700900123&to=Example&messageId=0B00000127FDBC63&status={state}&err-code=0&message-timestamp=2026-11-21+12%3A00%3A00",
            States = [("delivered", Delivered, null), ("accepted", Pending, null), ("buffered", Pending, null), ("expired", Expired, false), ("failed", Undelivered, null), ("rejected", Rejected, null), ("unknown", Unknown, null)],
            Inbound = "msisdn=447700900123&to=12345&messageId=in1&text={text}&type=text&message-timestamp=2026-11-21+12%3A00%3A00",
        },
        new()
        {
            Module = "compaya", Type = "", Key = "m1",
            ReceiptQuery = "?id=m1&status={state}&to=447700900123",
            States = [("1", Delivered, null), ("2", Undelivered, null), ("4", Pending, null), ("16", Rejected, null), ("99", Unknown, null)],
            InboundQuery = "?from=447700900123&to=12345&message={text}",
        },
        new()
        {
            Module = "intele", Type = "application/json", Key = "6y034000cy00",
            Configuration = "intele_serviceId = 1",
            Receipt = """{"dr":[{"messageid":"6y034000cy00","customermessagereference":"m1","serviceid":123,"type":6,"statuscode":{state},"statusdescription":"x","extstatuscode":"7","extstatusdescription":"x"}]}""",
            States = [("0", Delivered, null), ("13", Undelivered, null)],
            Inbound = """{"mo":[{"messageid":"in1","serviceid":123,"sno":"12345","originator":"+447700900123","content":"{text}","type":1,"timestamp":"20261121 12:00:00"}]}""",
        },
        new()
        {
            Module = "smsteknik", Type = FormType, Key = "4711",
            Configuration = "smsteknik_serviceId = x",
            Receipt = "nr=%2B447700900123&ref=4711&state={state}&text=Hi&datetime=2026-11-21+12%3A00%3A00",
            States = [("DELIVRD", Delivered, null), ("EXPIRED", Expired, false), ("UNDELIV", Undelivered, null), ("REJECTD", Rejected, null), ("?", Unknown, null)],
            Inbound = "nr=%2B447700900123&text={text}&to=12345&ref=in1",
        },
        new()
        {
            Module = "txtlocal", Type = FormType, Key = "m1",
            Receipt = "number=447700900123&status={state}&customID=m1&datetime=2026-11-21+12%3A00%3A00",
            States = [("D", Delivered, null), ("U", Undelivered, null), ("I", Undelivered, true), ("?", Unknown, null)],
            Inbound = "sender=447700900123&content={text}&inNumber=12345&email=&credits=9",
        },
    ];

    public static CallbackCase Of(string module) => All.Single(c => c.Module == module);

    public SmsCallbackRequest ReceiptRequest(string word) => Request(ReceiptQuery, Receipt, "{state}", word);

    public SmsCallbackRequest InboundRequest(string text) => Request(InboundQuery, Inbound, "{text}", text);

    public SmsCallbackRequest Request(string query, string body, string placeholder, string value)
    {
        // Each form encodes the value in its own way.
        var encoded = Type.Contains("json", StringComparison.Ordinal) ? System.Text.Json.JsonEncodedText.Encode(value).ToString()
            : Type.Contains("xml", StringComparison.Ordinal) ? System.Security.SecurityElement.Escape(value)
            : Uri.EscapeDataString(value);
        var request = new SmsCallbackRequest
        {
            Method = body.Length == 0 ? "GET" : "POST",
            Url = new Uri($"https://host.test/sms{query.Replace(placeholder, encoded, StringComparison.Ordinal)}"),
            Headers = Type.Length == 0 ? new Dictionary<string, string>() : new() { ["content-type"] = Type },
            Body = Encoding.UTF8.GetBytes(body.Replace(placeholder, encoded, StringComparison.Ordinal)),
        };
        return Module == "twilio" ? TwilioSigning.Signed(request, ProviderCase.Canary) : request;
    }
}
