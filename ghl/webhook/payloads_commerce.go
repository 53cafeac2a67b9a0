package webhook

import "encoding/json"

// Invoice is the payload of the seven invoice events. AltID is the location when AltType is "location".
type Invoice struct {
	ID              string          `json:"_id"`
	AltID           string          `json:"altId"`
	AltType         string          `json:"altType"`
	Status          string          `json:"status"`
	LiveMode        bool            `json:"liveMode"`
	Name            string          `json:"name"`
	Title           string          `json:"title"`
	InvoiceNumber   string          `json:"invoiceNumber"`
	Currency        string          `json:"currency"`
	Total           float64         `json:"total"`
	AmountPaid      float64         `json:"amountPaid"`
	AmountDue       float64         `json:"amountDue"`
	IssueDate       Time            `json:"issueDate"`
	DueDate         Time            `json:"dueDate"`
	Discount        InvoiceDiscount `json:"discount"`
	TotalSummary    InvoiceSummary  `json:"totalSummary"`
	BusinessDetails InvoiceBusiness `json:"businessDetails"`
	ContactDetails  InvoiceContact  `json:"contactDetails"`
	InvoiceItems    []InvoiceItem   `json:"invoiceItems"`
	CreatedAt       Time            `json:"createdAt"`
	UpdatedAt       Time            `json:"updatedAt"`
}

// InvoiceDiscount is a discount on a whole invoice.
type InvoiceDiscount struct {
	Type  string  `json:"type"`
	Value float64 `json:"value"`
}

// InvoiceSummary are the sums of an invoice.
type InvoiceSummary struct {
	SubTotal float64 `json:"subTotal"`
	Discount float64 `json:"discount"`
}

// InvoiceBusiness is who sends the invoice.
type InvoiceBusiness struct {
	Name    string `json:"name"`
	PhoneNo string `json:"phoneNo"`
	Website string `json:"website"`
	LogoURL string `json:"logoUrl"`
	// Address is a text or an object.
	Address      json.RawMessage `json:"address"`
	CustomValues []string        `json:"customValues"`
}

// InvoiceContact is who gets the invoice.
type InvoiceContact struct {
	ID               string         `json:"id"`
	Name             string         `json:"name"`
	Email            string         `json:"email"`
	PhoneNo          string         `json:"phoneNo"`
	CompanyName      string         `json:"companyName"`
	Address          InvoiceAddress `json:"address"`
	AdditionalEmails []InvoiceEmail `json:"additionalEmails"`
	CustomFields     []string       `json:"customFields"`
}

// InvoiceAddress is the address of a contact.
type InvoiceAddress struct {
	AddressLine1 string `json:"addressLine1"`
	AddressLine2 string `json:"addressLine2"`
	City         string `json:"city"`
	State        string `json:"state"`
	PostalCode   string `json:"postalCode"`
	CountryCode  string `json:"countryCode"`
}

// InvoiceEmail is a further address that gets the invoice.
type InvoiceEmail struct {
	Email string `json:"email"`
}

// InvoiceItem is a line of an invoice.
type InvoiceItem struct {
	ID        string  `json:"_id"`
	ProductID string  `json:"productId"`
	PriceID   string  `json:"priceId"`
	Name      string  `json:"name"`
	Currency  string  `json:"currency"`
	Qty       float64 `json:"qty"`
	Amount    float64 `json:"amount"`
	Taxes     []any   `json:"taxes"`
}

// Order is the payload of OrderCreate and OrderStatusUpdate.
type Order struct {
	ID                string       `json:"_id"`
	AltID             string       `json:"altId"`
	AltType           string       `json:"altType"`
	ContactID         string       `json:"contactId"`
	ContactSnapshot   Contact      `json:"contactSnapshot"`
	Status            string       `json:"status"`
	FulfillmentStatus string       `json:"fulfillmentStatus"`
	Currency          string       `json:"currency"`
	Amount            float64      `json:"amount"`
	LiveMode          bool         `json:"liveMode"`
	Items             []OrderItem  `json:"items"`
	AmountSummary     OrderAmounts `json:"amountSummary"`
	TaxSummary        []OrderTax   `json:"taxSummary"`
	Source            OrderSource  `json:"source"`
	CreatedAt         Time         `json:"createdAt"`
	UpdatedAt         Time         `json:"updatedAt"`
}

// OrderItem is a line of an order.
type OrderItem struct {
	Name string  `json:"name"`
	Qty  float64 `json:"qty"`
	// Product and Price are the product and price as they were.
	Product Product `json:"product"`
	Price   Price   `json:"price"`
}

// OrderAmounts are the sums of an order.
type OrderAmounts struct {
	Subtotal float64 `json:"subtotal"`
	Discount float64 `json:"discount"`
	Tax      float64 `json:"tax"`
	Shipping float64 `json:"shipping"`
}

// OrderTax is a tax on an order.
type OrderTax struct {
	ID          string  `json:"_id"`
	Name        string  `json:"name"`
	Calculation string  `json:"calculation"`
	Rate        float64 `json:"rate"`
	Amount      float64 `json:"amount"`
}

// OrderSource is where an order came from.
type OrderSource struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Type    string         `json:"type"`
	SubType string         `json:"subType"`
	Meta    map[string]any `json:"meta"`
}

// Price is the payload of PriceCreate, PriceUpdate and PriceDelete.
type Price struct {
	ID      string `json:"_id"`
	Product string `json:"product"`
	UserID  string `json:"userId"`
	Name    string `json:"name"`
	// PriceType is "one_time" or "recurring"; inside an order the same is called Kind, because payloads of price events use
	// "type" for the event.
	PriceType                string            `json:"priceType"`
	Kind                     string            `json:"type"`
	Currency                 string            `json:"currency"`
	Amount                   float64           `json:"amount"`
	CompareAtPrice           float64           `json:"compareAtPrice"`
	Recurring                PriceRecurring    `json:"recurring"`
	VariantOptionIDs         []string          `json:"variantOptionIds"`
	MembershipOffers         []MembershipOffer `json:"membershipOffers"`
	TrackInventory           bool              `json:"trackInventory"`
	AvailableQuantity        float64           `json:"availableQuantity"`
	AllowOutOfStockPurchases bool              `json:"allowOutOfStockPurchases"`
	CreatedAt                Time              `json:"createdAt"`
	UpdatedAt                Time              `json:"updatedAt"`
}

// PriceRecurring is how often a price is due.
type PriceRecurring struct {
	Interval      string  `json:"interval"`
	IntervalCount float64 `json:"intervalCount"`
}

// MembershipOffer is an offer that belongs to a price.
type MembershipOffer struct {
	ID    string `json:"_id"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// Product is the payload of ProductCreate, ProductUpdate and ProductDelete.
type Product struct {
	ID                  string           `json:"_id"`
	UserID              string           `json:"userId"`
	Name                string           `json:"name"`
	Description         string           `json:"description"`
	ProductType         string           `json:"productType"`
	StatementDescriptor string           `json:"statementDescriptor"`
	Image               string           `json:"image"`
	AvailableInStore    bool             `json:"availableInStore"`
	Variants            []ProductVariant `json:"variants"`
	Medias              []ProductMedia   `json:"medias"`
	CreatedAt           Time             `json:"createdAt"`
	UpdatedAt           Time             `json:"updatedAt"`
}

// ProductVariant is a property that a buyer chooses, such as the size.
type ProductVariant struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Options []ProductOption `json:"options"`
}

// ProductOption is one choice of a variant.
type ProductOption struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ProductMedia is a picture or film of a product.
type ProductMedia struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	URL        string `json:"url"`
	Type       string `json:"type"`
	IsFeatured bool   `json:"isFeatured"`
}
