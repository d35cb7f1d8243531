using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Maps the methods of services, and what answers for services and methods that do not exist.</summary>
internal sealed class GrpcEndpoints(IOptions<GrpcServiceOptions> allOptions, ILoggerFactory loggerFactory)
{
    private const string ServiceParameter = "unimplementedService";
    private const string MethodParameter = "unimplementedMethod";

    private readonly ILogger _logger = loggerFactory.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private bool _unknownServicesMapped;

    public List<IEndpointConventionBuilder> Map<TService>(IEndpointRouteBuilder routes)
        where TService : class
    {
        var serviceOptions = routes.ServiceProvider.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value;
        var options = new MethodOptions(allOptions.Value, serviceOptions);
        var methods = ServiceMethodBinder<TService>.Bind(options, _logger);
        var endpoints = methods.ConvertAll(method => MapMethod(routes, method));

        foreach (var service in methods.Select(method => method.Method.ServiceName).Distinct(StringComparer.Ordinal))
        {
            if (_services.Add(service) && !options.IgnoreUnknownServices)
            {
                endpoints.Add(MapUnimplemented(routes, $"/{service}/{{{MethodParameter}}}", $"gRPC - Unimplemented method for {service}", AnswerUnknownMethod));
            }
        }

        if (!_unknownServicesMapped && !(allOptions.Value.IgnoreUnknownServices ?? false))
        {
            _unknownServicesMapped = true;
            MapUnimplemented(routes, $"/{{{ServiceParameter}}}/{{{MethodParameter}}}", "gRPC - Unimplemented service", AnswerUnknownService);
        }

        return endpoints;
    }

    private static IEndpointConventionBuilder MapMethod(IEndpointRouteBuilder routes, ServiceMethod method)
    {
        var endpoint = routes.Map(method.Method.FullName, method.Handler);
        endpoint.Add(builder =>
        {
            builder.DisplayName = $"gRPC - {method.Method.FullName}";
            foreach (var item in method.Metadata)
            {
                builder.Metadata.Add(item);
            }
        });
        return endpoint;
    }

    private static IEndpointConventionBuilder MapUnimplemented(IEndpointRouteBuilder routes, string pattern, string name, RequestDelegate answer)
    {
        var policies = new RouteValueDictionary { [MethodParameter] = new GrpcRequestConstraint() };
        var endpoint = routes.Map(RoutePatternFactory.Parse(pattern, defaults: null, parameterPolicies: policies), answer);
        endpoint.Add(builder =>
        {
            builder.DisplayName = name;
            builder.Metadata.Add(new HttpMethodMetadata(["POST"]));
        });
        return endpoint;
    }

    private Task AnswerUnknownMethod(HttpContext httpContext)
    {
        GrpcServerLog.MethodUnimplemented(_logger, httpContext.GetRouteValue(MethodParameter)?.ToString());
        GrpcProtocol.WriteTrailersOnly(httpContext.Response, StatusCode.Unimplemented, "Method is unimplemented.");
        return Task.CompletedTask;
    }

    private Task AnswerUnknownService(HttpContext httpContext)
    {
        GrpcServerLog.ServiceUnimplemented(_logger, httpContext.GetRouteValue(ServiceParameter)?.ToString());
        GrpcProtocol.WriteTrailersOnly(httpContext.Response, StatusCode.Unimplemented, "Service is unimplemented.");
        return Task.CompletedTask;
    }

    /// <summary>Leaves requests that are not gRPC to other endpoints.</summary>
    private sealed class GrpcRequestConstraint : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is not null && GrpcProtocol.IsGrpcContentType(httpContext.Request.ContentType);
    }
}
