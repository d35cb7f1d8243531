using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes a registered interceptor for each call.</summary>
internal sealed class InterceptorActivator(InterceptorRegistration registration)
{
    private readonly object[] _arguments = [.. registration.Arguments];
    private readonly ObjectFactory _factory = ActivatorUtilities.CreateFactory(
        registration.Type, [.. registration.Arguments.Select(argument => argument.GetType())]);

    public ServiceActivation<Interceptor> Create(ServerCallContext context)
    {
        var services = context.GetHttpContext().RequestServices;
        return _arguments.Length == 0 && services.GetService(registration.Type) is Interceptor registered
            ? ServiceActivation<Interceptor>.Registered(registered)
            : ServiceActivation<Interceptor>.Created((Interceptor)_factory(services, _arguments));
    }
}
