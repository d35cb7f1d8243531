using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Runs a method of a service that is made for the call.</summary>
internal static class ServiceInvoker<TService>
    where TService : class
{
    // Only for a class that the application did not register; a registered one need not be constructible.
    private static readonly Lazy<ObjectFactory<TService>> Factory = new(() => ActivatorUtilities.CreateFactory<TService>([]));

    public static Task<TResult> InvokeAsync<TArgument, TResult>(
        Func<TService, TArgument, ServerCallContext, Task<TResult>> method, TArgument argument, ServerCallContext context)
    {
        var activation = Activate(context);
        return activation.NeedsRelease ? InvokeAndReleaseAsync(method, argument, context, activation) : method(activation.Instance, argument, context);
    }

    public static Task InvokeAsync<TArgument>(
        Func<TService, TArgument, ServerCallContext, Task> method, TArgument argument, ServerCallContext context)
    {
        var activation = Activate(context);
        return activation.NeedsRelease ? InvokeAndReleaseAsync(method, argument, context, activation) : method(activation.Instance, argument, context);
    }

    private static ServiceActivation<TService> Activate(ServerCallContext context)
    {
        var services = context.GetHttpContext().RequestServices;
        return services.GetService<TService>() is { } registered
            ? ServiceActivation<TService>.Registered(registered)
            : ServiceActivation<TService>.Created(Factory.Value(services, []));
    }

    private static async Task<TResult> InvokeAndReleaseAsync<TArgument, TResult>(
        Func<TService, TArgument, ServerCallContext, Task<TResult>> method,
        TArgument argument,
        ServerCallContext context,
        ServiceActivation<TService> activation)
    {
        try
        {
            return await method(activation.Instance, argument, context);
        }
        finally
        {
            await activation.ReleaseAsync();
        }
    }

    private static async Task InvokeAndReleaseAsync<TArgument>(
        Func<TService, TArgument, ServerCallContext, Task> method,
        TArgument argument,
        ServerCallContext context,
        ServiceActivation<TService> activation)
    {
        try
        {
            await method(activation.Instance, argument, context);
        }
        finally
        {
            await activation.ReleaseAsync();
        }
    }
}
