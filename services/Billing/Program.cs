using Platform.Billing;
using Platform.Shared.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("billing");
builder.AddBilling();
var app = builder.Build();
app.MapPlatformDefaults();
app.MapBilling();
return await app.RunPlatformAsync(args);
