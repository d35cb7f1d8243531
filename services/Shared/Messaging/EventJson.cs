using System.Text.Json;

namespace Platform.Shared.Messaging;

/// <summary>How events are written as JSON.</summary>
internal static class EventJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web);
}
