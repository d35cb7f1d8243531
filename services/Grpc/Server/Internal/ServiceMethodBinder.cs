using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A method of a service as an endpoint: where it is, what answers it and what is known of it.</summary>
internal sealed record ServiceMethod(IMethod Method, RequestDelegate Handler, IReadOnlyList<object> Metadata);

/// <summary>Finds the methods of a service class: what generated code lists, joined with the methods that the class overrides.</summary>
internal sealed class ServiceMethodBinder<TService>(MethodOptions options, ILogger logger) : ServiceBinderBase
    where TService : class
{
    public List<ServiceMethod> Methods { get; } = [];

    /// <exception cref="InvalidOperationException">The class is not derived from a generated base class.</exception>
    public static List<ServiceMethod> Bind(MethodOptions options, ILogger logger)
    {
        var binder = new ServiceMethodBinder<TService>(options, logger);
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } attribute)
            {
                continue;
            }

            var bind = attribute.BindType.GetMethod(
                attribute.BindMethodName,
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static,
                [typeof(ServiceBinderBase), type]) ?? throw new InvalidOperationException(
                    $"Cannot find the bind method '{attribute.BindMethodName}' on '{attribute.BindType}'.");
            bind.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [binder, null], null);
            return binder.Methods;
        }

        throw new InvalidOperationException($"Cannot locate BindService(ServiceBinderBase, ServiceBase) method for the current service type: {typeof(TService).FullName}.");
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var info = FindMethod(method.Name, typeof(TRequest), typeof(ServerCallContext));
        var run = info.CreateDelegate<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>();
        var pipeline = InterceptorPipeline.Wrap<TRequest, TResponse>(
            options.Interceptors,
            (request, context) => ServiceInvoker<TService>.InvokeAsync(run, request, context));
        Add(method, info, new UnaryServerCallHandler<TRequest, TResponse>(method, pipeline, options, logger).HandleAsync);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var info = FindMethod(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        var run = info.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>();
        var pipeline = InterceptorPipeline.Wrap<TRequest, TResponse>(
            options.Interceptors,
            (requests, context) => ServiceInvoker<TService>.InvokeAsync(run, requests, context));
        Add(method, info, new ClientStreamingServerCallHandler<TRequest, TResponse>(method, pipeline, options, logger).HandleAsync);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var info = FindMethod(method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var run = info.CreateDelegate<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        var pipeline = InterceptorPipeline.Wrap<TRequest, TResponse>(
            options.Interceptors,
            (request, responses, context) => ServiceInvoker<TService>.InvokeAsync(
                (service, argument, callContext) => run(service, argument, responses, callContext), request, context));
        Add(method, info, new ServerStreamingServerCallHandler<TRequest, TResponse>(method, pipeline, options, logger).HandleAsync);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var info = FindMethod(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var run = info.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        var pipeline = InterceptorPipeline.Wrap<TRequest, TResponse>(
            options.Interceptors,
            (requests, responses, context) => ServiceInvoker<TService>.InvokeAsync(
                (service, argument, callContext) => run(service, argument, responses, callContext), requests, context));
        Add(method, info, new DuplexStreamingServerCallHandler<TRequest, TResponse>(method, pipeline, options, logger).HandleAsync);
    }

    private static MethodInfo FindMethod(string name, params Type[] parameters) =>
        typeof(TService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
        ?? throw new InvalidOperationException($"Could not find '{name}' on {typeof(TService)}.");

    private void Add(IMethod method, MethodInfo info, RequestDelegate handler) => Methods.Add(new ServiceMethod(
        method,
        handler,
        [
            .. typeof(TService).GetCustomAttributes(inherit: true),
            .. info.GetCustomAttributes(inherit: true),
            new HttpMethodMetadata(["POST"], acceptCorsPreflight: true),
            new GrpcMethodMetadata(typeof(TService), method),
        ]));
}
