using System.Reflection;
using Grpc.Core;
using Platform.Shared.Security;

namespace Platform.Support;

/// <summary>Finds RPCs that nobody decided on.</summary>
public static class RpcPolicies
{
    /// <summary>
    /// The RPCs of all gRPC services in <paramref name="assembly"/> that are not implemented, or whose implementation does not say
    /// with <see cref="AllowAttribute"/> who may call it; as <c>Endpoint.Method: what is missing</c>.
    /// </summary>
    public static IReadOnlyList<string> Missing(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           where type is { IsAbstract: false } && ContractOf(type) is not null
           from rpc in ContractOf(type)!.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where rpc.IsVirtual && rpc.GetParameters() is [.., var last] && last.ParameterType == typeof(ServerCallContext)
           let implementation = type.GetMethod(rpc.Name, [.. rpc.GetParameters().Select(parameter => parameter.ParameterType)])!
           let problem = implementation.DeclaringType == rpc.DeclaringType ? "is not implemented"
               : implementation.GetCustomAttribute<AllowAttribute>() is not { CallerRoles.Count: > 0 } ? "has no [Allow]"
               : null
           where problem is not null
           orderby type.Name, rpc.Name
           select $"{type.Name}.{rpc.Name}: {problem}",
    ];

    private static Type? ContractOf(Type type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not null)
                return ancestor;
        }
        return null;
    }
}
