using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Google.Rpc;

/// <summary>Reads the details of a status. Later versions of Google.Api.CommonProtos have this on the class itself.</summary>
public static class StatusDetailExtensions
{
    /// <summary>The first detail of the type, or null.</summary>
    /// <exception cref="InvalidProtocolBufferException">The detail does not parse.</exception>
    public static T? GetDetail<T>(this Status status)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(status);
        var name = new T().Descriptor.FullName;
        return status.Details.FirstOrDefault(detail => Any.GetTypeName(detail.TypeUrl) == name)?.Unpack<T>();
    }
}
