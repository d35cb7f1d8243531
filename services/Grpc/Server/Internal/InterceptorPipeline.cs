using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Puts interceptors around a handler, the first registered outermost.</summary>
internal static class InterceptorPipeline
{
    public static UnaryServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        IReadOnlyList<InterceptorRegistration> registrations, UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => registrations.Reverse().Aggregate(handler, (next, registration) =>
        {
            var activator = new InterceptorActivator(registration);
            return async (request, context) =>
            {
                var activation = activator.Create(context);
                try
                {
                    return await activation.Instance.UnaryServerHandler(request, context, next);
                }
                finally
                {
                    await activation.ReleaseAsync();
                }
            };
        });

    public static ClientStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        IReadOnlyList<InterceptorRegistration> registrations, ClientStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => registrations.Reverse().Aggregate(handler, (next, registration) =>
        {
            var activator = new InterceptorActivator(registration);
            return async (requests, context) =>
            {
                var activation = activator.Create(context);
                try
                {
                    return await activation.Instance.ClientStreamingServerHandler(requests, context, next);
                }
                finally
                {
                    await activation.ReleaseAsync();
                }
            };
        });

    public static ServerStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        IReadOnlyList<InterceptorRegistration> registrations, ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => registrations.Reverse().Aggregate(handler, (next, registration) =>
        {
            var activator = new InterceptorActivator(registration);
            return async (request, responses, context) =>
            {
                var activation = activator.Create(context);
                try
                {
                    await activation.Instance.ServerStreamingServerHandler(request, responses, context, next);
                }
                finally
                {
                    await activation.ReleaseAsync();
                }
            };
        });

    public static DuplexStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        IReadOnlyList<InterceptorRegistration> registrations, DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => registrations.Reverse().Aggregate(handler, (next, registration) =>
        {
            var activator = new InterceptorActivator(registration);
            return async (requests, responses, context) =>
            {
                var activation = activator.Create(context);
                try
                {
                    await activation.Instance.DuplexStreamingServerHandler(requests, responses, context, next);
                }
                finally
                {
                    await activation.ReleaseAsync();
                }
            };
        });
}
