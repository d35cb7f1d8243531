using System.Diagnostics.CodeAnalysis;

namespace Grpc.AspNetCore.Server;

/// <summary>An interceptor class and the arguments it is made with.</summary>
public class InterceptorRegistration
{
    internal const DynamicallyAccessedMemberTypes Accessed =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods;

    private readonly object[] _args;

    internal InterceptorRegistration([DynamicallyAccessedMembers(Accessed)] Type type, object[] args)
    {
        Type = type;
        _args = args;
    }

    /// <summary>The interceptor's class.</summary>
    [DynamicallyAccessedMembers(Accessed)]
    public Type Type { get; }

    /// <summary>The arguments given to its constructor; the other parameters are the call's services.</summary>
    public IReadOnlyList<object> Arguments => _args;
}
