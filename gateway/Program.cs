using Platform.Gateway;
using Platform.Shared.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("gateway");
builder.AddGateway();
var app = builder.Build();
app.MapPlatformDefaults();
app.MapGateway();
return await app.RunPlatformAsync(args);
